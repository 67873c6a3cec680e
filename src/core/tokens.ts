import { jwtDecode } from 'jwt-decode'
import { AuthError, tolerate } from './errors.ts'

/** What a token endpoint handed out, in this package's words. Durations and instants are milliseconds. */
export interface TokenResponse {
  /** The short-lived token that requests carry (RFC 6749 §1.4). */
  accessToken: string
  /** The token that buys the next access token (RFC 6749 §1.5). Absent: the former one stays in use. */
  refreshToken?: string
  /** Lifetime of the access token, counted from the moment the request was sent. */
  expiresIn?: number
  /** The instant at which the access token dies, where only that is known. Wins over `expiresIn`. */
  expiresAt?: number
  /** Lifetime of the refresh token, after which somebody must sign in again. */
  sessionExpiresIn?: number
  /** Who is signed in. Default: the `sub` or `user_id` claim, else the session itself. */
  userId?: string | number
}

/** The claims of a JWT (RFC 7519 §4). Read, not verified: that is the API's work. */
export interface Claims {
  exp?: number
  iat?: number
  sub?: string
  [claim: string]: unknown
}

/** One signed-in user's tokens. Each refresh makes the next revision; each sign-in makes a new id. */
export interface Session {
  readonly id: string
  readonly revision: number
  readonly userId: string
  readonly accessToken: string
  readonly refreshToken?: string
  /** When the request that brought the access token was sent. */
  readonly obtainedAt: number
  /** When the access token dies; absent if unknown, and then a 401 decides. */
  readonly expiresAt?: number
  /** When the refresh token dies, where known. */
  readonly sessionExpiresAt?: number
}

/** When a token is due: from `aheadAt` on it is refreshed in the background, from `waitAt` on callers wait. */
export interface Thresholds {
  readonly aheadAt: number
  readonly waitAt: number
}

/** How the two thresholds are set. Each is capped by a share of the lifetime, so no token is shorter than its margin. */
export interface ThresholdOptions {
  /** The longest time before expiry at which a background refresh starts. Default 300 000; at most 20 % of the lifetime. */
  refreshAhead?: number
  /** The longest time before expiry at which callers wait for the next token. Default 30 000; at most 10 % of the lifetime. */
  expiryMargin?: number
}

const tenYears = 10 * 365 * 86_400_000
/** A lifetime as it was told; `Infinity` where that says nothing. */
const told = (duration = 0) => (duration > 0 && duration < tenYears ? duration : Infinity)

/** An instant as it may be told to others; `undefined` where it never comes. */
export const finite = (instant: number): number | undefined => (Number.isFinite(instant) ? instant : undefined)

/** The claims of a JWT, base64url and UTF-8 included, or `undefined` for anything that is none. */
export function readClaims(token: string | undefined): Claims | undefined {
  try {
    return jwtDecode<Claims>(token as string)
  } catch {
    return undefined
  }
}

/**
 * `exp − iat`, which no wrong clock can spoil; without `iat` the time until `exp`. Both are whole seconds, so the token
 * may have been issued at the end of its first: that second is taken off.
 */
function jwtLifetime(token: string | undefined, now: number) {
  const { exp, iat } = readClaims(token) ?? {}
  const lifetime = told((exp as number) * 1000 - (typeof iat === 'number' ? iat * 1000 : now))
  return Math.max(lifetime - 1000, lifetime / 2)
}

/**
 * The lifetime of the tokens so far, where `iat` tells nothing of this one: simplejwt before 5.5 copies it from the
 * refresh token. Only a first token has brought its own `iat` for sure; what is left of its life may be less.
 */
function formerLifetime(previous: Session | undefined, { iat = Infinity }: Claims) {
  if (!previous) return Infinity
  const { accessToken, refreshToken, revision, expiresAt = 0, obtainedAt } = previous
  const isCopied = [accessToken, refreshToken].some((token) => iat <= (readClaims(token)?.iat ?? -Infinity))
  if (!isCopied) return Infinity
  return revision === 1 ? jwtLifetime(accessToken, obtainedAt) : told(expiresAt - obtainedAt)
}

/** What {@link nextSession} starts from. */
export interface SessionOrigin {
  previous?: Session
  response: TokenResponse
  /** When the request was sent: lifetimes count from here, so a slow answer only makes the token look older. */
  sentAt: number
  /** Lifetime of a token that carries no expiry, in milliseconds. */
  lifetime?: number
  getUserId?: (claims: Claims) => string | number | undefined
  /** Who was signed in before a sign-in that the client made by itself. */
  formerUserId?: string
}

/** Tells the sessions of one browser apart and keeps no secret, so it need not be hard to guess. */
const randomId = () => Math.random().toString(36).slice(2)

/**
 * The session after a token response: the next revision of `previous`, or the first of a new one.
 *
 * @throws `invalid_response` {@link AuthError} without an access token that a header can carry.
 */
export function nextSession(origin: SessionOrigin): Session {
  const { previous, sentAt, lifetime, getUserId, formerUserId } = origin
  const response: Partial<TokenResponse> = origin.response ?? {}
  const { accessToken } = response
  if (typeof accessToken !== 'string' || !/^[!-~][ -~]*$/.test(accessToken)) {
    const message = 'The answer holds no access token that a header can carry. Return it as `accessToken`, a text.'
    throw new AuthError('invalid_response', message)
  }
  const refreshToken = response.refreshToken || previous?.refreshToken
  const claims = readClaims(accessToken) ?? {}
  const id = previous?.id ?? randomId()
  // Where both tell a lifetime the shorter one holds: the API goes by the token.
  const shortest = Math.min(
    told(response.expiresIn),
    jwtLifetime(accessToken, sentAt),
    formerLifetime(previous, claims),
  )
  const { expiresAt = Number.NaN } = response
  // Nobody hands out dead tokens: the clocks differ.
  const isInstant = Number.isFinite(expiresAt) && !(previous && expiresAt <= sentAt)
  const expiresIn = shortest < Infinity ? shortest : told(lifetime)
  const ownWord = told(response.sessionExpiresIn)
  const sessionExpiresIn = ownWord < Infinity ? ownWord : jwtLifetime(refreshToken, sentAt)
  // A refresh never changes the user, whatever its answer says or leaves out.
  const userId =
    previous?.userId ??
    response.userId ??
    tolerate(() => getUserId?.(claims)) ??
    claims.sub ??
    claims.user_id ??
    formerUserId ??
    id
  return {
    id,
    revision: (previous?.revision ?? 0) + 1,
    userId: String(userId),
    accessToken,
    refreshToken,
    obtainedAt: sentAt,
    expiresAt: isInstant ? expiresAt : finite(sentAt + expiresIn),
    sessionExpiresAt:
      previous?.sessionExpiresAt && refreshToken === previous.refreshToken
        ? previous.sessionExpiresAt
        : finite(sentAt + sessionExpiresIn),
  }
}

/**
 * Whether `session` comes from the future, which tells that the clock was set back. The clocks of two tabs are not quite
 * the same (some browsers round what they tell to 100 ms), so a little of it tells nothing.
 */
export const isFromFuture = ({ obtainedAt, expiresAt = Infinity }: Session, now: number): boolean =>
  obtainedAt - now > Math.min(1_000, (expiresAt - obtainedAt) * 0.1)

/** When `session` is due. A session from the future tells that the clock was set back: it is due at once. */
export function thresholds(
  session: Session,
  now: number,
  { refreshAhead = 300_000, expiryMargin = 30_000 }: ThresholdOptions,
): Thresholds {
  const { obtainedAt, expiresAt = Infinity } = session
  if (isFromFuture(session, now)) return { aheadAt: 0, waitAt: 0 }
  const lifetime = Math.max(0, expiresAt - obtainedAt)
  return {
    aheadAt: expiresAt - Math.min(refreshAhead, lifetime * 0.2),
    waitAt: expiresAt - Math.min(expiryMargin, lifetime * 0.1),
  }
}

/** The session that was found, where it is news to who knows `known`: a later revision of it, or another session. */
export const newsIn = (found: Session | undefined, known: Session | undefined): Session | undefined =>
  found && (found.id !== known?.id || found.revision > known.revision) ? found : undefined

/** Whether the token still lives for `duration`. No token lives longer than its lifetime: more cannot be asked of it. */
export const livesFor = ({ obtainedAt, expiresAt = Infinity }: Session, duration: number, now: number): boolean =>
  now + Math.min(duration, (expiresAt - obtainedAt) * 0.8) <= expiresAt

/** The stored form of a session. */
export const writeSession = (session: Session): string => JSON.stringify({ v: 1, ...session })

/** The session in a stored text, or `undefined` for what is corrupt, foreign or of another version. */
export function readSession(text: string | undefined): Session | undefined {
  try {
    const { v, ...session } = JSON.parse(text as string)
    const { id, revision, userId, accessToken, refreshToken, obtainedAt, expiresAt, sessionExpiresAt } = session
    const texts = [id, userId, accessToken, refreshToken ?? '']
    const numbers = [revision, obtainedAt, expiresAt ?? 0, sessionExpiresAt ?? 0]
    const sound = v === 1 && accessToken && texts.every((value) => typeof value === 'string')
    return sound && numbers.every(Number.isFinite) ? session : undefined
  } catch {
    return undefined
  }
}
