import type { Channel } from './channel.ts'
import type { Clock } from './clock.ts'
import type { TokenEndpoint } from './endpoints/endpoint.ts'
import { type AuthError, tolerate } from './errors.ts'
import type { Lock } from './lock.ts'
import type { MaybePromise, TokenStorage } from './storage/storage.ts'
import type { Claims, ThresholdOptions } from './tokens.ts'
import type { Wake } from './wake.ts'

/** As TanStack Query's `retry`: a boolean, a number of retries, or a function that is asked after each failure. */
export type Retry = boolean | number | ((failureCount: number, error: AuthError) => boolean)

/** How a client is set up. Only `endpoint` is needed. Durations are milliseconds. */
export interface AuthClientOptions<Credentials = unknown> extends ThresholdOptions {
  /** The backend that hands out tokens. */
  endpoint: TokenEndpoint<Credentials>
  /** Where the session is kept. Default {@link indexedDbStorage}, shared by all tabs; where that is denied, memory. */
  storage?: TokenStorage
  /**
   * Name of the session in storage, lock and channel. Clients of one origin with the same key share a session. Default:
   * `'authed'` and the endpoint's `id`. Set it where several apps of an origin have relative URLs or endpoints of their own.
   */
  key?: string
  /**
   * Lets the client sign in by itself when it is asked for a token without a session. Awaited outside the lock. Callers get
   * what it throws as the `cause` of `signed_out`; throw a transient {@link AuthError} to be asked again.
   */
  credentials?: () => MaybePromise<Credentials>
  /** Exact origins that `fetch` sends the access token to. Default: those of the endpoint. */
  allowedOrigins?: readonly string[]
  /** Lifetime of access tokens that carry no expiry. Default: unknown, a 401 decides. */
  lifetime?: number
  /** Who is signed in, by the claims of the access token. Default: `sub`, else `user_id`. */
  getUserId?: (claims: Claims) => string | number | undefined
  /** How long one request to the token endpoint may take. Default 10 000. */
  timeLimit?: number
  /**
   * How many failures a waiting caller endures before it gets the error; the session goes on. Default 3. Where the server
   * asks to wait for more than a minute, callers get the error at once.
   */
  retry?: Retry
  /** Pause before the next attempt. Default: full jitter over 1 s, 2 s, 4 s … 30 s. `Retry-After` takes precedence. */
  retryDelay?: number | ((failureCount: number, error: AuthError) => number)
  /** The `fetch` below everything. Default: the platform's, looked up at each call. */
  fetch?: typeof fetch
  clock?: Clock
  lock?: Lock
  channel?: Channel
  wake?: Wake
}

/** Whether a caller endures the failure that was the `failureCount`th. */
export function endures(retry: Retry = 3, failureCount: number, error: AuthError): boolean {
  if (typeof retry === 'function') return retry(failureCount - 1, error)
  return typeof retry === 'boolean' ? retry : failureCount <= retry
}

/** The pause after the `failureCount`th failure: full jitter, so that tabs and users do not come back in step. */
export function delayAfter(
  retryDelay: AuthClientOptions['retryDelay'],
  failureCount: number,
  error: AuthError,
): number {
  const ask = () => (typeof retryDelay === 'function' ? retryDelay(failureCount - 1, error) : retryDelay)
  const delay = tolerate(ask) ?? Number.NaN
  return delay >= 0 ? delay : Math.random() * Math.min(30_000, 1_000 * 2 ** (failureCount - 1))
}
