import type { AuthorityOptions, User } from './authority.ts'

/** How a token server is set up; everything has a default. Durations are milliseconds. */
export interface TokenServerOptions extends Partial<AuthorityOptions> {
  /** The server's own clock. Default: the system's, looked up at each request. */
  clock?: { now(): number }
  /** How a delay passes. Default: a timer. */
  sleep?: (duration: number, signal: AbortSignal) => Promise<void>
  /** Rows in each user's table. Default 1000. */
  rowCount?: number
  /** Whether the OAuth endpoints tell `expires_in`. Default `send`. */
  expiresIn?: 'send' | 'omit'
  /** Where the OAuth endpoints put the refresh token. Default `body`. */
  refreshTokenIn?: 'body' | 'cookie'
}

/** Options with every default in place; what may change while the server runs. */
export type ServerOptions = Required<Omit<TokenServerOptions, 'clock' | 'sleep'>>

/** The users whom every token server knows. */
export const defaultUsers: readonly User[] = [
  { id: 1, name: 'Ada Lovelace', email: 'ada@example.com', password: 'lovelace' },
  { id: 2, name: 'Grace Hopper', email: 'grace@example.com', password: 'hopper' },
  { id: 3, name: 'Alan Turing', email: 'alan@example.com', password: 'turing', twoFactor: 'on' },
]

const defaults: ServerOptions = {
  accessTokenLifetime: 15_000,
  refreshTokenLifetime: 7 * 86_400_000,
  rotation: 'rotating',
  reuse: 'revoke-family',
  grace: 0,
  accessTokenFormat: 'jwt',
  accessTokenIat: 'own',
  users: defaultUsers,
  rowCount: 1000,
  expiresIn: 'send',
  refreshTokenIn: 'body',
}

/** Fills in the defaults; an option that is `undefined` counts as not given. */
export const withDefaults = (given: Partial<ServerOptions>): ServerOptions => ({
  ...defaults,
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
})
