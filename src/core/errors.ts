/** Every way in which `authed` can fail, as stable words for a `switch`. */
export type AuthErrorCode =
  /** Nobody is signed in. */
  | 'signed_out'
  /** The session came to its end: the token endpoint refused the refresh token, or there was none to refresh with. */
  | 'session_ended'
  /** The token endpoint refused the credentials. */
  | 'sign_in_rejected'
  /** No answer: offline, DNS, CORS and dropped connections all look the same to a page. */
  | 'network'
  /** No answer within the time limit. */
  | 'timeout'
  /** The token endpoint answered with an error that says nothing about the tokens: 408, 425, 429, 5xx, an HTML page. */
  | 'server'
  /** The token endpoint answered with success, but without a usable access token. */
  | 'invalid_response'
  /** Another tab holds the refresh lock and does not let go. */
  | 'lock_timeout'
  /** Tokens that were not yet due were refused too often within a minute. */
  | 'refresh_limit'
  /** The request goes to an origin that may not see the token. */
  | 'origin_not_allowed'
  /** The storage does not answer or cannot be written. The session goes on in memory, or is found when it answers. */
  | 'storage'
  /** The client was asked for something that its options do not provide. */
  | 'configuration'

/** What an {@link AuthError} knows beyond its code. */
export interface AuthErrorDetails {
  /** HTTP status of the token endpoint's answer. */
  status?: number
  /** The server's `error` (RFC 6749 §5.2) or error code of its dialect. */
  error?: string
  /** The server's `error_description` (RFC 6749 §5.2) or text of its dialect, with token text removed. */
  errorDescription?: string
  /** How long the server asked to wait, in milliseconds (RFC 9110 §10.2.3). */
  retryAfter?: number
  /** The lower-level error. */
  cause?: unknown
}

const permanent = /^(signed_out|session_ended|sign_in_rejected|origin_not_allowed|configuration)$/

/**
 * The one error of this package. `code` says what happened, `message` what to do about it. It never holds a request,
 * a response or a token.
 *
 * @example
 * ```ts
 * try {
 *   await client.getAccessToken()
 * } catch (error) {
 *   if (isAuthError(error) && error.code === 'session_ended') showSignIn()
 * }
 * ```
 */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly code: AuthErrorCode
  declare readonly status?: number
  declare readonly error?: string
  declare readonly errorDescription?: string
  declare readonly retryAfter?: number

  constructor(code: AuthErrorCode, message: string, { cause, ...details }: AuthErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    Object.assign(this, details)
  }

  /** Whether trying again later can help without anybody signing in. */
  get transient(): boolean {
    return !permanent.test(this.code)
  }
}

/**
 * What may be told of a lower-level error: not its members, which may hold the request, and no secret that its text
 * may quote.
 */
export function bareCause(error: unknown, ...secrets: (string | undefined)[]): Error | undefined {
  if (!(error instanceof Error)) return undefined
  const clean = (text = '') =>
    secrets.reduce<string>((rest, secret) => (secret ? rest.replaceAll(secret, '…') : rest), text)
  const { name, message, stack, cause } = error
  return Object.assign(new Error(clean(message), { cause: bareCause(cause, ...secrets) }), {
    name,
    stack: clean(stack),
  })
}

/** Runs a callback of the app. What it throws is reported as an uncaught error and changes nothing here. */
export function tolerate<T>(callback: () => T): T | undefined {
  try {
    return callback()
  } catch (error) {
    if (typeof reportError === 'function') reportError(error)
    else console.error(error)
    return undefined
  }
}

/** Whether `error` is an {@link AuthError}, also across two copies of this package. Other packages have that name too. */
export const isAuthError = (error: unknown): error is AuthError =>
  error instanceof Error && error.name === 'AuthError' && typeof (error as AuthError).transient === 'boolean'

/**
 * What a token endpoint, a storage or a lock of one's own throws is taken for a passing failure, unless it says
 * otherwise. No secret is left in it.
 */
export function asAuthError(error: unknown, ...secrets: (string | undefined)[]): AuthError {
  if (isAuthError(error)) return error
  const cause = bareCause(error, ...secrets)
  return new AuthError(
    'network',
    'The token could not be fetched: `cause` says why. A refresh is tried again by itself.',
    { cause },
  )
}
