import type { Authority, AuthorityOptions, User } from './authority.ts'
import type { RequestKind } from './faults.ts'

/** What a route works with. */
export interface RouteContext {
  request: Request
  url: URL
  /** The parsed body: JSON or a form. */
  body: Record<string, unknown>
  authority: Authority
  options: AuthorityOptions & { rowCount: number; expiresIn: 'send' | 'omit'; refreshTokenIn: 'body' | 'cookie' }
  /** The refresh token in the cookie. */
  cookie?: string
}

/** One endpoint of a dialect. */
export interface Route {
  method: 'GET' | 'POST'
  path: RegExp
  kind: RequestKind
  answer(context: RouteContext): Response | Promise<Response>
}

/** An answer in JSON. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

/** An answer without a body. */
export const empty = (status = 204): Response => new Response(null, { status })

/** A member of the body, where it is text. */
export const textIn = (body: Record<string, unknown>, ...names: string[]): string =>
  names.map((name) => body[name]).find((value): value is string => typeof value === 'string') ?? ''

/** The user of a request by its Authorization header, or why there is none. */
export async function userOf(
  { request, authority }: RouteContext,
  scheme: string,
): Promise<User | 'missing' | 'invalid'> {
  const [word, token, ...more] = (request.headers.get('authorization') ?? '').split(' ')
  if (word !== scheme || !token || more.length) return 'missing'
  const user = await authority.authenticate(token)
  return typeof user === 'string' ? 'invalid' : user
}

/** Hands out the refresh token by cookie where the server is set to. */
export function withCookie(
  response: Response,
  { options, url }: RouteContext,
  refreshToken: string | undefined,
): Response {
  if (options.refreshTokenIn === 'body') return response
  const age = refreshToken === undefined ? 0 : Math.floor(options.refreshTokenLifetime / 1000)
  const attributes = [
    'HttpOnly',
    'SameSite=Lax',
    'Path=/',
    `Max-Age=${age}`,
    ...(url.protocol === 'https:' ? ['Secure'] : []),
  ]
  response.headers.append('set-cookie', `refresh_token=${refreshToken ?? ''}; ${attributes.join('; ')}`)
  return response
}
