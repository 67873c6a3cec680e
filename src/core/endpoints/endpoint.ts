import type { MaybePromise } from '../storage/storage.ts'
import type { TokenResponse } from '../tokens.ts'

/** What the client hands to a token endpoint with each call. */
export interface EndpointContext {
  /** Aborts when the time limit is over or the session has changed hands. */
  readonly signal: AbortSignal
  /** The `fetch` to use. */
  readonly fetch: typeof fetch
}

/** A backend that hands out tokens, and its dialect. Make your own by writing these few members. */
export interface TokenEndpoint<Credentials = unknown> {
  /** Tells this backend from others: part of the default `key`, so that no session is ever sent to another backend. */
  readonly id?: string
  /** Exchanges what a person typed for tokens. */
  signIn?(credentials: Credentials, context: EndpointContext): MaybePromise<TokenResponse>
  /** Exchanges the refresh token for the next access token (RFC 6749 §6). `undefined`: it is in a cookie. */
  refresh?(refreshToken: string | undefined, context: EndpointContext): MaybePromise<TokenResponse>
  /** Ends the session on the server (RFC 7009). Its failure never keeps anybody signed in. */
  revoke?(refreshToken: string | undefined, context: EndpointContext): MaybePromise<void>
  /** Where the refresh token is: in the page, or in an HttpOnly cookie that only the server sees. Default `'body'`. */
  readonly refreshTokenIn?: 'body' | 'cookie'
  /** The word before the access token in the Authorization header (RFC 6750 §2.1). Default `'Bearer'`. */
  readonly scheme?: string
  /** The origins that may see the access token, unless the client's `allowedOrigins` says otherwise. */
  readonly origins?: readonly string[]
  /** Whether a 401 of the API means that the access token is dead, not that its owner may not. Default: always. */
  isTokenRejected?(response: Response): MaybePromise<boolean>
}
