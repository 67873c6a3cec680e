import { decodeJwt, jwtVerify, SignJWT } from 'jose'

/** Somebody who can sign in. */
export interface User {
  id: number
  name: string
  email: string
  password: string
  /** `on`: sign-in answers 200 without an access token and asks for a code. Default `off`. */
  twoFactor?: 'on' | 'off'
}

/** How the authority hands out tokens. Durations are milliseconds. */
export interface AuthorityOptions {
  /** Default 15 000. */
  accessTokenLifetime: number
  /** Default seven days. */
  refreshTokenLifetime: number
  /** `rotating` (default): each refresh token buys once. `none`: it stays the same. */
  rotation: 'rotating' | 'none'
  /** What a spent refresh token does. Default `revoke-family`: everything of that sign-in is dead (RFC 9700 §4.14.2). */
  reuse: 'revoke-family' | 'reject'
  /** For how long a spent refresh token still answers, with the tokens that it bought. Default 0: strict. */
  grace: number
  accessTokenFormat: 'jwt' | 'opaque'
  users: readonly User[]
}

/** Tokens as the authority issues them. */
export interface Grant {
  user: User
  accessToken: string
  refreshToken: string
}

/** Why the authority refuses a token. */
export type Refusal = 'unknown' | 'expired' | 'revoked' | 'reused'

interface Family {
  user: User
  revoked: boolean
  current: string
  /** The spent tokens of this sign-in, with what each bought and when. */
  spent: Map<string, { at: number; bought: Grant }>
  expiresAt: number
}

// Not by TextEncoder: in jsdom that makes bytes of another realm, which nothing there takes for bytes.
const secret = Uint8Array.from('a secret that only the test server keeps', (letter) => letter.charCodeAt(0))

/** Issues, rotates, revokes and checks tokens, as a strict authorization server does. */
export function createAuthority(options: AuthorityOptions, now: () => number) {
  const families: Family[] = []
  const accessTokens = new Map<string, { user: User; family: Family; expiresAt: number }>()
  const counts = { reuseDetections: 0, familiesRevoked: 0 }
  let serial = 0
  let accessEpoch = 0

  const random = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join('')
  const jwt = (claims: Record<string, unknown>, lifetime: number) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt(Math.floor(now() / 1000))
      .setExpirationTime(Math.floor((now() + lifetime) / 1000))
      .setJti(`${++serial}-${random()}`)
      .sign(secret)

  async function issue(family: Family): Promise<Grant> {
    const { user } = family
    const lifetime = options.accessTokenLifetime
    const claims = { token_type: 'access', sub: String(user.id), user_id: user.id, name: user.name }
    const accessToken = options.accessTokenFormat === 'jwt' ? await jwt(claims, lifetime) : `at_${random()}${random()}`
    accessTokens.set(accessToken, { user, family, expiresAt: now() + lifetime })
    return { user, accessToken, refreshToken: family.current }
  }

  const newRefreshToken = async (user: User, lifetime: number) =>
    options.accessTokenFormat === 'jwt'
      ? await jwt({ token_type: 'refresh', user_id: user.id }, lifetime)
      : `rt_${random()}${random()}`

  function revoke(family: Family) {
    if (!family.revoked) counts.familiesRevoked++
    family.revoked = true
  }

  const find = (token: string) => families.find(({ current, spent }) => current === token || spent.has(token))

  return {
    counts,
    /** How many sign-ins are alive. */
    get liveFamilies() {
      return families.filter(({ revoked, expiresAt }) => !revoked && now() < expiresAt).length
    },
    findUser: (email: string, password: string) =>
      options.users.find((user) => user.email === email.trim().toLowerCase() && user.password === password),
    async signIn(user: User): Promise<Grant> {
      const lifetime = options.refreshTokenLifetime
      const current = await newRefreshToken(user, lifetime)
      const family: Family = { user, revoked: false, current, spent: new Map(), expiresAt: now() + lifetime }
      families.push(family)
      return issue(family)
    },
    /** Buys the next tokens; a spent token may kill its whole family. */
    async refresh(token: string): Promise<Grant | Refusal> {
      const family = find(token)
      if (!family) return 'unknown'
      if (family.revoked) return 'revoked'
      if (now() >= family.expiresAt) return 'expired'
      const spent = family.spent.get(token)
      if (spent && now() - spent.at < options.grace) return spent.bought
      if (spent) {
        counts.reuseDetections++
        if (options.reuse === 'revoke-family') revoke(family)
        return 'reused'
      }
      if (options.rotation === 'none') return issue(family)
      // The token is spent before anything is awaited, or two requests at once would both buy.
      const bought = {} as Grant
      family.spent.set(token, { at: now(), bought })
      const expiresAt = now() + options.refreshTokenLifetime
      family.current = await newRefreshToken(family.user, options.refreshTokenLifetime)
      family.expiresAt = expiresAt
      return Object.assign(bought, await issue(family))
    },
    /** Ends the sign-in that a refresh token belongs to. Tells whether there was one alive. */
    revoke(token: string): boolean {
      const family = find(token)
      if (!family || family.revoked) return false
      revoke(family)
      return true
    },
    revokeAll() {
      for (const family of families) revoke(family)
    },
    /** From now on every access token issued so far is dead. */
    expireAccessTokens() {
      accessEpoch++
      accessTokens.clear()
    },
    /** Whose access token this is, or why it is refused. */
    async authenticate(token: string): Promise<User | Refusal> {
      const known = accessTokens.get(token)
      if (!known) return 'unknown'
      if (options.accessTokenFormat === 'jwt') {
        const currentDate = new Date(now())
        const verified = await jwtVerify(token, secret, { currentDate }).catch(() => undefined)
        if (!verified) return decodeJwt(token).exp ? 'expired' : 'unknown'
      }
      return now() < known.expiresAt ? known.user : 'expired'
    },
    /** How often all access tokens were declared dead. */
    get accessEpoch() {
      return accessEpoch
    },
  }
}

/** The keeper of all tokens of a token server. */
export type Authority = ReturnType<typeof createAuthority>
