import { AuthError } from '../errors.ts'
import type { TokenResponse } from '../tokens.ts'
import type { EndpointContext, TokenEndpoint } from './endpoint.ts'
import { type Exchange, exchange } from './exchange.ts'

/** The names under which a backend sends its tokens. A dot reaches into an object: `data.token`. */
export interface TokenFields {
  accessToken: string
  /** Also the name under which the refresh token is sent back: of `data.token` the last word, `token`. */
  refreshToken: string
  /** Lifetime of the access token in seconds. */
  expiresIn: string
  /**
   * When the access token dies: a date as text, or seconds or milliseconds since 1970. Read only where you name it, since
   * it is only as good as the device's clock; a lifetime needs none.
   */
  expiresAt: string
  /** Lifetime of the refresh token in seconds. */
  sessionExpiresIn: string
  userId: string
}

/** How to talk to a backend that speaks JSON. */
export interface JsonTokenEndpointOptions {
  /** Where credentials are exchanged for tokens. */
  signIn?: string
  /** Where the refresh token is exchanged for the next access token. */
  refresh?: string
  /** Where the refresh token is given back at sign-out. */
  revoke?: string
  /** Names that differ from OAuth's `access_token`, `refresh_token`, `expires_in`, `refresh_expires_in`, `user_id`. */
  fields?: Partial<TokenFields>
  /** Sent along in the body of every request. */
  extra?: Record<string, unknown>
  /** Headers of every request, such as a CSRF token that is read from a cookie each time. */
  headers?: Record<string, string> | (() => Record<string, string>)
  /**
   * Whether an answer to a refresh means that the refresh token is dead and the session over; `undefined` leaves it to the
   * default: 400, 401 and 403, other than a page of HTML.
   */
  isRefused?: (status: number, answer: Record<string, unknown>) => boolean | undefined
  scheme?: string
  refreshTokenIn?: TokenEndpoint['refreshTokenIn']
  isTokenRejected?: TokenEndpoint['isTokenRejected']
  /** `form` encodes requests as RFC 6749 asks. Default `json`. */
  encoding?: 'json' | 'form'
}

const oauthFields: TokenFields = {
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  expiresIn: 'expires_in',
  expiresAt: '',
  sessionExpiresIn: 'refresh_expires_in',
  userId: 'user_id',
}

/**
 * A token endpoint that takes and gives JSON under any field names.
 *
 * @example
 * ```ts
 * jsonTokenEndpoint({
 *   signIn: 'https://api.example.com/login',
 *   refresh: 'https://api.example.com/refresh',
 *   fields: { accessToken: 'token' },
 * })
 * ```
 */
export function jsonTokenEndpoint<Credentials = Record<string, unknown>>(
  options: JsonTokenEndpointOptions,
): TokenEndpoint<Credentials> {
  const { signIn, refresh, revoke, extra, headers, encoding, refreshTokenIn = 'body', scheme } = options
  const { isTokenRejected, isRefused } = options
  const fields = { ...oauthFields, ...options.fields }
  const credentials = refreshTokenIn === 'cookie' ? 'include' : 'omit'
  /** A call to `url` by one request; where there is no address the endpoint goes without that member. */
  const call = <Sent, Answer>(
    url: string | undefined,
    request: (sent: Sent) => Partial<Exchange>,
    read: (answer: Record<string, unknown>) => Answer,
  ) =>
    url === undefined
      ? undefined
      : async (sent: Sent, context: EndpointContext) => {
          const own = typeof headers === 'function' ? headers() : headers
          const common = { encoding, credentials, url, headers: own, refused: 'session_ended' } as const
          return read(await exchange({ ...common, ...request(sent) }, context))
        }
  const withToken = (secret: string | undefined) => ({
    body: { ...extra, ...(secret && { [fields.refreshToken.replace(/.*\./, '')]: secret }) },
    secret,
  })
  const tokens = (answer: Record<string, unknown>) => readTokens(answer, fields)
  return {
    id: refresh ?? signIn,
    scheme,
    refreshTokenIn,
    isTokenRejected,
    origins: [signIn, refresh].flatMap(originOf),
    signIn: call(
      signIn,
      (typed: Credentials) => ({ body: { ...extra, ...typed }, refused: 'sign_in_rejected' }),
      tokens,
    ),
    refresh: call(refresh, (secret: string | undefined) => ({ ...withToken(secret), isRefused }), tokens),
    revoke: call(
      revoke,
      (secret: string | undefined) => ({ ...withToken(secret), keepalive: true }),
      () => {},
    ),
  }
}

/** The origin of a URL; a relative one belongs to the page. */
function originOf(url: string | undefined): string[] {
  if (url === undefined) return []
  try {
    return [new URL(url, globalThis.location?.href).origin]
  } catch {
    return []
  }
}

const seconds = (value: unknown) => Number(value) * 1000 || undefined
/** Milliseconds of today are more than seconds will ever be. */
const instant = (value: unknown) =>
  (Number(value) > 1e11 ? Number(value) : seconds(value)) ?? (Date.parse(String(value)) || undefined)
const tokenText = (value: unknown) => (typeof value === 'string' && value.trim()) || undefined

/** Where the wire's words and seconds become ours. */
function readTokens(answer: Record<string, unknown>, fields: TokenFields): TokenResponse {
  const read = (name: string) =>
    name
      .split('.')
      .reduce<unknown>((value, part) => (value as Record<string, unknown> | null | undefined)?.[part], answer)
  const accessToken = tokenText(read(fields.accessToken))
  if (!accessToken) {
    const message = `The token endpoint answered with success but without "${fields.accessToken}". Name the right field in \`fields\`, or finish the second step that it asks for.`
    throw new AuthError('invalid_response', message)
  }
  return {
    accessToken,
    refreshToken: tokenText(read(fields.refreshToken)),
    expiresIn: seconds(read(fields.expiresIn)),
    expiresAt: instant(read(fields.expiresAt)),
    sessionExpiresIn: seconds(read(fields.sessionExpiresIn)),
    userId: read(fields.userId) as TokenResponse['userId'],
  }
}
