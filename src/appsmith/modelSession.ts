import { type Claims, readClaims, type Session } from '../core/index.ts'
import type { JsonObject } from './host.ts'

/** What a page says about its session. */
export interface PageWord {
  readonly session?: Session
  /** What went wrong at the page's last attempt, as it stands in the model. */
  readonly error?: unknown
  /** The revision as the page counts it, where it does. */
  readonly toldRevision?: number
}

/** The newest session, the revision as the page tells it, and the shortest `exp − iat` that its tokens have claimed. */
interface News {
  session: Session
  told?: number
  shortest?: number
}

/** What a JWT claims of its life; instants in seconds, as it tells them, the lifetime in milliseconds. */
interface Life {
  exp?: number
  lifetime?: number
  /** Its `iat` is not its own. */
  isCopied: boolean
}

/** A binding within a text turns what is absent into these words. */
const absent = /^(undefined|null|)$/

const objectIn = (value: unknown) => (value && typeof value === 'object' ? (value as JsonObject) : {})
const textIn = (value: unknown) => (typeof value === 'string' && !absent.test(value.trim()) ? value : undefined)

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : Number(textIn(value) ?? Number.NaN)
  return Number.isFinite(number) ? number : undefined
}

/** An instant in milliseconds; a smaller number is a JWT's `exp`, in seconds. */
function instantIn(value: unknown): number | undefined {
  const number = numberIn(value)
  return number && (number < 100_000_000_000 ? number * 1000 : number)
}

/**
 * Reads sessions out of successive models. It keeps the order: an older revision, which a change of something else may
 * carry along before the newest has made its way, is never taken for news.
 *
 * @param select Finds the object that holds the tokens. It must be a nested one.
 */
export function createModelReader(select: (model: JsonObject) => unknown) {
  let newest: News | undefined

  function read(auth: JsonObject): News | undefined {
    const accessToken = textIn(auth.accessToken)
    if (!accessToken) return undefined
    const told = numberIn(auth.revision ?? auth.rev)
    const known = newest?.session
    if (known?.accessToken === accessToken && newest?.told === told) return newest
    const claims = readClaims(accessToken) ?? {}
    const userId = String(textIn(auth.userId) ?? numberIn(auth.userId) ?? claims.sub ?? claims.user_id ?? 'page')
    const id = textIn(auth.id) ?? `page:${userId}`
    const sameSession = known?.id === id
    if (sameSession && newest && isOlder({ told, iat: claims.iat }, newest)) return newest
    const following = (sameSession ? known.revision : 0) + 1
    const life = claimedLife(claims, sameSession ? newest : undefined)
    const session: Session = {
      id,
      userId,
      accessToken,
      revision: sameSession ? Math.max(told ?? 0, following) : (told ?? following),
      refreshToken: textIn(auth.refreshToken),
      sessionExpiresAt: instantIn(auth.sessionExpiresAt),
      ...lifeOf(auth, life, Date.now()),
    }
    return { session, told, shortest: life.lifetime }
  }

  return (model: JsonObject): PageWord => {
    const auth = objectIn(select(model))
    newest = read(auth)
    return { session: newest?.session, error: auth.error, toldRevision: newest?.told }
  }
}

/** A token that was issued later is news also where somebody has begun to count anew. */
function isOlder(next: { told?: number; iat?: number }, { session, told }: { session: Session; told?: number }) {
  const issuedAt = readClaims(session.accessToken)?.iat
  if (next.iat && issuedAt && next.iat !== issuedAt) return next.iat < issuedAt
  return next.told !== undefined && told !== undefined && next.told < told
}

/**
 * djangorestframework-simplejwt before 5.5 copies `iat` from the refresh token, so `exp − iat` grows from token to token:
 * the shortest holds. A token that was issued no later than the one before it tells nothing of when it was.
 */
function claimedLife({ exp, iat }: Claims, former: News | undefined): Life {
  const lifetime = exp && iat ? (exp - iat) * 1000 : undefined
  const issuedBefore = readClaims(former?.session.accessToken)?.iat ?? -Infinity
  const shortest = lifetime && Math.min(lifetime, former?.shortest ?? lifetime)
  return { exp, lifetime: shortest, isCopied: iat !== undefined && iat <= issuedBefore }
}

/**
 * Page and widget share a clock, so what the page says holds. A JWT's own times are another clock's: they count where
 * they agree with ours, else the token's lifetime starts when it is first seen.
 */
function lifeOf(auth: JsonObject, { exp, lifetime: longest, isCopied }: Life, now: number) {
  const left = exp ? exp * 1000 - now : 0
  // Seen for the first time now, it was issued a moment ago, if our clock is right.
  const lifetime = isCopied && longest && left > 0 ? Math.min(longest, left) : longest
  const expiresAt = instantIn(auth.expiresAt ?? auth.exp)
  const obtainedAt = instantIn(auth.obtainedAt)
  if (expiresAt) return { expiresAt, obtainedAt: obtainedAt ?? Math.min(now, expiresAt - (lifetime ?? 0)) }
  if (!exp || !lifetime) return { expiresAt: exp && exp * 1000, obtainedAt: obtainedAt ?? now }
  const clocksAgree = now >= exp * 1000 - lifetime - 1000 && now < exp * 1000
  const from = obtainedAt ?? (clocksAgree ? exp * 1000 - lifetime : now)
  return { obtainedAt: Math.min(from, now), expiresAt: from + lifetime }
}
