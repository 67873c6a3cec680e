import type { Scenario } from './scenario.ts'
import type { Schedule } from './schedule.ts'

/** A sign-in and all tokens that descend from it. */
export interface Family {
  readonly number: number
  readonly user: string
  readonly signedInAt: number
  readonly diesAt: number
  revoked?: 'by a person' | 'for reuse'
  /** How often it was rotated. */
  rotations: number
}

/** A refresh token. */
export interface RefreshToken {
  readonly name: string
  readonly family: Family
  readonly serial: number
  /** When the first of the requests was sent that it was the answer to: the lifetimes count from there. */
  requestedAt: number
  /** The first access token that came with it. */
  access?: AccessToken
  /** What was given for it, and in which attempt. */
  spent?: { at: number; by: Attempt; next: RefreshToken }
}

/** An access token. */
export interface AccessToken {
  readonly name: string
  readonly family: Family
  /** Of the refresh token that came with it. */
  readonly serial: number
  readonly requestedAt: number
  readonly issuedAt: number
  readonly diesAt: number
}

/** One refresh request, as both ends saw it. */
export interface Attempt {
  readonly tab: string
  readonly token: RefreshToken
  readonly sentAt: number
  actedAt?: number
  /** What the tab knows: nothing yet, the answer, or that none will come. */
  fate: 'under way' | 'answered' | 'lost'
  /** When the tab learned its fate. */
  toldAt?: number
}

/** What goes over the wire. */
export interface Answer {
  status: number
  body?: Record<string, unknown>
  retryAfter?: number
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = encode({ alg: 'none' })

/** The authorization server: rotates, detects reuse, perhaps grants a grace period. Its clock is the true one. */
export function createServer(schedule: Schedule, scenario: Scenario) {
  const { lifetime, tokenKind, grace, onReuse, sessionLifetime, tellsSessionLifetime } = scenario
  const epoch = Date.UTC(2026, 0, 1)
  const families: Family[] = []
  const refreshTokens = new Map<string, RefreshToken>()
  const accessTokens = new Map<string, AccessToken>()
  let serial = 0

  function issueAccess(token: RefreshToken): string {
    const { family } = token
    const now = epoch + schedule.now
    const exp = Math.floor((now + lifetime) / 1000)
    const claims = { sub: family.user, iat: Math.floor(now / 1000), exp, jti: ++serial }
    const isJwt = tokenKind.startsWith('jwt')
    const text = isJwt ? `${header}.${encode(claims)}.s` : `access-${family.number}-${serial}`
    const diesAt = isJwt ? exp * 1000 - epoch : schedule.now + lifetime
    const name = `access ${family.number}.${serial}`
    const access = {
      name,
      family,
      serial: token.serial,
      requestedAt: token.requestedAt,
      issuedAt: schedule.now,
      diesAt,
    }
    // In the grace period several come with one refresh token.
    token.access ??= access
    accessTokens.set(text, access)
    return text
  }

  function issueRefresh(family: Family, requestedAt: number): RefreshToken {
    const token = { name: `${family.user} R${family.rotations}`, family, serial: family.rotations, requestedAt }
    refreshTokens.set(`refresh-${family.number}-${family.rotations}`, token)
    return token
  }

  function answer(token: RefreshToken): Answer {
    const { family } = token
    const told = sessionLifetime < Infinity && tellsSessionLifetime
    const body = {
      access_token: issueAccess(token),
      refresh_token: `refresh-${family.number}-${token.serial}`,
      expires_in: tokenKind === 'opaque' || tokenKind === 'jwt and expires_in' ? lifetime / 1000 : undefined,
      refresh_expires_in: told ? Math.max(1, (family.diesAt - schedule.now) / 1000) : undefined,
      user_id: family.user,
    }
    return { status: 200, body }
  }

  const refusal: Answer = { status: 400, body: { error: 'invalid_grant' } }

  return {
    families,
    /** The refresh token that a text stands for. */
    readRefresh: (text: string | null | undefined) => refreshTokens.get(text ?? ''),
    readAccess: (text: string | undefined) => accessTokens.get(text ?? ''),
    isLive: (family: Family) => !family.revoked && schedule.now < family.diesAt,
    signIn(user: string, sentAt: number): Answer {
      const diesAt = schedule.now + sessionLifetime
      const family = { number: families.length + 1, user, signedInAt: schedule.now, diesAt, rotations: 0 }
      families.push(family)
      return answer(issueRefresh(family, sentAt))
    },
    refresh(attempt: Attempt): Answer {
      const { token } = attempt
      const { family, spent } = token
      if (family.revoked || schedule.now >= family.diesAt) return refusal
      if (spent && schedule.now < spent.at + grace && !spent.next.spent) {
        // Of two answers the tabs may keep the one to the request that was sent first, though it was acted on last.
        spent.next.requestedAt = Math.min(spent.next.requestedAt, attempt.sentAt)
        return answer(spent.next)
      }
      if (spent) {
        if (onReuse === 'revoke') family.revoked = 'for reuse'
        return refusal
      }
      family.rotations++
      attempt.actedAt = schedule.now
      const next = issueRefresh(family, attempt.sentAt)
      token.spent = { at: schedule.now, by: attempt, next }
      return answer(next)
    },
    revoke(text: string | null) {
      const token = refreshTokens.get(text ?? '')
      if (token) token.family.revoked ??= 'by a person'
    },
    /** The API. */
    rows(text: string): Answer {
      const token = accessTokens.get(text)
      return { status: token && !token.family.revoked && schedule.now < token.diesAt ? 200 : 401 }
    },
  }
}

/** The simulated authorization server. */
export type Server = ReturnType<typeof createServer>
