import type { Authority, Grant, Refusal, User } from './authority.ts'
import type { RequestKind } from './faults.ts'
import type { ServerOptions } from './options.ts'

/** What a route works with. */
export interface RouteContext {
  request: Request
  url: URL
  /** The parsed body: JSON or a form. */
  body: Record<string, unknown>
  authority: Authority
  options: ServerOptions
  /** The refresh token in the cookie. */
  cookie?: string
  /** What the log shall tell about this request. */
  seen: { user?: number; reuse: 'detected' | 'none' }
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

/** The user with this name and password, noted for the log. */
export function whoSignsIn({ authority, seen }: RouteContext, name: string, password: string): User | undefined {
  const user = authority.findUser(name, password)
  seen.user = user?.id
  return user
}

/** Spends a refresh token; whose it was, and whether it was spent before, is noted for the log. */
export async function refreshWith({ authority, seen }: RouteContext, token: string): Promise<Grant | Refusal> {
  const grant = await authority.refresh(token)
  if (grant === 'reused') seen.reuse = 'detected'
  if (typeof grant !== 'string') seen.user = grant.user.id
  return grant
}

/** The user of a request by its Authorization header, or why there is none. */
export function userOf(
  { request, authority, seen }: RouteContext,
  scheme: string,
): User | Refusal | 'missing' | 'malformed' {
  const [word, token, ...more] = (request.headers.get('authorization') ?? '').split(' ')
  if (word !== scheme) return 'missing'
  if (!token || more.length) return 'malformed'
  const user = authority.authenticate(token)
  if (typeof user !== 'string') seen.user = user.id
  return user
}

/** Hands out the refresh token by cookie where the server is set to; `undefined` takes the cookie away. */
export function withCookie(
  response: Response,
  { options, url }: RouteContext,
  refreshToken: string | undefined,
): Response {
  const { refreshTokenIn, refreshTokenLifetime } = options
  if (refreshTokenIn === 'body') return response
  const age = refreshToken === undefined ? 0 : Math.floor(refreshTokenLifetime / 1000)
  const attributes = [
    'HttpOnly',
    'SameSite=Lax',
    'Path=/',
    ...(Number.isFinite(age) ? [`Max-Age=${age}`] : []),
    ...(url.protocol === 'https:' ? ['Secure'] : []),
  ]
  response.headers.append('set-cookie', `refresh_token=${refreshToken ?? ''}; ${attributes.join('; ')}`)
  return response
}
