import { SignJWT } from 'jose'

/** Somebody who can sign in. */
export interface User {
  id: number
  name: string
  email: string
  password: string
  /** `on`: Baserow's sign-in answers 200 without an access token and asks for a code, `123456`. Default `off`. */
  twoFactor?: 'on' | 'off'
}

/** How the authority hands out tokens. Durations are milliseconds. */
export interface AuthorityOptions {
  /** Default 15 000. */
  accessTokenLifetime: number
  /** Default seven days. `Infinity`: a refresh token never expires, and no answer tells of an expiry. */
  refreshTokenLifetime: number
  /** `rotating` (default): each refresh token buys once. `none`: it stays the same. */
  rotation: 'rotating' | 'none'
  /**
   * What a spent refresh token does. Default `revoke-family`: no refresh token of that sign-in works any more (RFC 9700
   * §4.14.2); access tokens live on until they expire.
   */
  reuse: 'revoke-family' | 'reject'
  /** For how long a spent refresh token still answers, with the refresh token that is current. Default 0: strict. */
  grace: number
  accessTokenFormat: 'jwt' | 'opaque'
  /**
   * What the `iat` of an access token tells. `own` (default): when it was issued. `of-refresh-token`: when the refresh
   * token was that bought it, as djangorestframework-simplejwt did before 5.5, and Baserow with it; then `exp − iat` is
   * longer than the token lives.
   */
  accessTokenIat: 'own' | 'of-refresh-token'
  users: readonly User[]
}

/** Tokens as the authority issues them. */
export interface Grant {
  user: User
  accessToken: string
  refreshToken: string
  /** Which sign-in the tokens belong to, counted from 1. */
  session: number
}

/** Why the authority refuses a token. */
export type Refusal = 'unknown' | 'expired' | 'revoked' | 'reused' | 'wrong-type'

interface Family {
  user: User
  session: number
  revoked: boolean
  current: string
  /** When the current refresh token was issued. */
  issuedAt: number
  /** The spent tokens of this sign-in, and since when. */
  spent: Map<string, number>
  /** Settles when the latest rotation has put its token in place. */
  rotated: Promise<void>
  expiresAt: number
}

// Not by TextEncoder: in jsdom that makes bytes of another realm, which nothing there takes for bytes.
const secret = Uint8Array.from('a secret that only the test server keeps', (letter) => letter.charCodeAt(0))

/** Issues, rotates, revokes and checks tokens, as a strict authorization server does. */
export function createAuthority(options: AuthorityOptions, now: () => number) {
  const families: Family[] = []
  const accessTokens = new Map<string, { user: User; expiresAt: number }>()
  const counts = { reuseDetections: 0, familiesRevoked: 0 }
  let serial = 0

  const random = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join('')
  const jwt = (claims: Record<string, unknown>, expiresAt: number, issuedAt = now()) => {
    const token = new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt(Math.floor(issuedAt / 1000))
      .setJti(`${++serial}-${random()}`)
    if (Number.isFinite(expiresAt)) token.setExpirationTime(Math.floor(expiresAt / 1000))
    return token.sign(secret)
  }

  async function issue(family: Family, boughtWith = family.issuedAt): Promise<Grant> {
    const { user, session } = family
    const issuedAt = options.accessTokenIat === 'own' ? now() : boughtWith
    const end = now() + options.accessTokenLifetime
    const isJwt = options.accessTokenFormat === 'jwt'
    const claims = { token_type: 'access', sub: String(user.id), user_id: user.id, name: user.name }
    const accessToken = isJwt ? await jwt(claims, end, issuedAt) : `at_${random()}${random()}`
    // A JWT tells whole seconds, and is dead when these have passed.
    accessTokens.set(accessToken, { user, expiresAt: isJwt ? Math.floor(end / 1000) * 1000 : end })
    return { user, accessToken, refreshToken: family.current, session }
  }

  const newRefreshToken = async (user: User, expiresAt: number) =>
    options.accessTokenFormat === 'jwt'
      ? await jwt({ token_type: 'refresh', user_id: user.id }, expiresAt)
      : `rt_${random()}${random()}`

  function kill(family: Family) {
    if (!family.revoked) counts.familiesRevoked++
    family.revoked = true
  }

  /** Spends the token before anything is awaited, or two requests at once would both buy. */
  function rotate(family: Family, token: string): Promise<void> {
    family.spent.set(token, now())
    const issuedAt = now()
    const expiresAt = issuedAt + options.refreshTokenLifetime
    const next = newRefreshToken(family.user, expiresAt)
    family.rotated = next.then((current) => {
      Object.assign(family, { current, issuedAt, expiresAt })
    })
    return family.rotated
  }

  /** The living sign-in that a refresh token belongs to, or why it has none. */
  function find(token: string): Family | Refusal {
    const family = families.find(({ current, spent }) => current === token || spent.has(token))
    if (!family) return accessTokens.has(token) ? 'wrong-type' : 'unknown'
    if (family.revoked) return 'revoked'
    return now() < family.expiresAt ? family : 'expired'
  }

  return {
    counts,
    /** How many sign-ins are alive. */
    get liveFamilies() {
      return families.filter(({ revoked, expiresAt }) => !revoked && now() < expiresAt).length
    },
    findUser(email: string, password: string): User | undefined {
      const address = email.normalize('NFKC').trim().toLowerCase()
      return options.users.find((user) => user.email === address && user.password === password)
    },
    async signIn(user: User): Promise<Grant> {
      const issuedAt = now()
      const expiresAt = issuedAt + options.refreshTokenLifetime
      const current = await newRefreshToken(user, expiresAt)
      const family = {
        ...{ user, current, issuedAt, expiresAt },
        session: families.length + 1,
        revoked: false,
        spent: new Map(),
        rotated: Promise.resolve(),
      }
      families.push(family)
      return issue(family)
    },
    /** Buys the next tokens; a spent token may kill its whole family. */
    async refresh(token: string): Promise<Grant | Refusal> {
      const family = find(token)
      if (typeof family === 'string') return family
      const spentAt = family.spent.get(token)
      const { issuedAt } = family
      if (spentAt === undefined) {
        if (options.rotation === 'rotating') await rotate(family, token)
        return issue(family, issuedAt)
      }
      if (now() - spentAt < options.grace) {
        await family.rotated
        return issue(family)
      }
      counts.reuseDetections++
      if (options.reuse === 'revoke-family') kill(family)
      return 'reused'
    },
    /** Whose refresh token this is, without spending it, or why it would be refused. */
    verify(token: string): User | Refusal {
      const family = find(token)
      if (typeof family === 'string') return family
      return family.spent.has(token) ? 'reused' : family.user
    },
    /** Ends the sign-in that a refresh token belongs to, or tells why there is none to end. */
    revoke(token: string): 'revoked-now' | Refusal {
      const family = find(token)
      if (typeof family === 'string') return family
      kill(family)
      return 'revoked-now'
    },
    revokeAll() {
      for (const family of families) kill(family)
    },
    /** From now on every access token issued so far is dead. */
    expireAccessTokens() {
      for (const access of accessTokens.values()) access.expiresAt = Math.min(access.expiresAt, now())
    },
    /** Whose access token this is, or why it is refused. */
    authenticate(token: string): User | Refusal {
      const access = accessTokens.get(token)
      if (!access) return typeof find(token) === 'string' ? 'unknown' : 'wrong-type'
      return now() < access.expiresAt ? access.user : 'expired'
    },
  }
}

/** The keeper of all tokens of a token server. */
export type Authority = ReturnType<typeof createAuthority>
