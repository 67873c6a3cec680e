import type { Grant, Refusal } from '../authority.ts'
import { empty, json, type Route, type RouteContext, refreshWith, textIn, whoSignsIn, withCookie } from '../route.ts'

/** An error answer (RFC 6749 §5.2). */
const refused = (status: number, error: string, description: string) =>
  json({ error, error_description: description }, status, { 'cache-control': 'no-store' })

const reasons: Record<Refusal, string> = {
  unknown: 'The refresh token is unknown.',
  expired: 'The refresh token is expired.',
  revoked: 'The refresh token is revoked.',
  reused: 'The refresh token is reused.',
  'wrong-type': 'This is not a refresh token.',
}

/** A successful answer (RFC 6749 §5.1). */
function granted({ accessToken, refreshToken, user }: Grant, context: RouteContext): Response {
  const { accessTokenLifetime, refreshTokenLifetime, expiresIn, refreshTokenIn } = context.options
  const body = {
    access_token: accessToken,
    token_type: 'Bearer',
    user_id: user.id,
    ...(expiresIn === 'send' && { expires_in: accessTokenLifetime / 1000 }),
    ...(expiresIn === 'send' &&
      Number.isFinite(refreshTokenLifetime) && { refresh_expires_in: refreshTokenLifetime / 1000 }),
    ...(refreshTokenIn === 'body' && { refresh_token: refreshToken }),
  }
  return withCookie(json(body, 200, { 'cache-control': 'no-store' }), context, refreshToken)
}

/** The refresh token of a request: by its body, or by the cookie where the server hands out cookies. */
const presented = ({ body, cookie, options }: RouteContext) =>
  textIn(body, 'refresh_token', 'token') || (options.refreshTokenIn === 'cookie' && cookie) || ''

async function refresh(context: RouteContext): Promise<Response> {
  const token = presented(context)
  if (!token) return refused(400, 'invalid_request', 'The refresh token is missing.')
  const grant = await refreshWith(context, token)
  return typeof grant === 'string'
    ? withCookie(refused(400, 'invalid_grant', reasons[grant]), context, undefined)
    : granted(grant, context)
}

async function signIn(context: RouteContext, name: string, refusal: 400 | 401): Promise<Response> {
  const user = whoSignsIn(context, textIn(context.body, name), textIn(context.body, 'password'))
  return user
    ? granted(await context.authority.signIn(user), context)
    : refused(refusal, 'invalid_grant', `Wrong ${name} or password.`)
}

function revoke(context: RouteContext, status: number): Response {
  context.authority.revoke(presented(context))
  return withCookie(empty(status), context, undefined)
}

/** OAuth 2's form endpoint (RFC 6749), revocation (RFC 7009), and the same in JSON. */
export const oauthRoutes: Route[] = [
  {
    method: 'POST',
    path: /^\/oauth\/token$/,
    kind: 'refresh',
    answer(context) {
      const grant = textIn(context.body, 'grant_type')
      if (grant === 'refresh_token') return refresh(context)
      if (grant === 'password') return signIn(context, 'username', 400)
      return grant
        ? refused(400, 'unsupported_grant_type', `The grant ${grant} is not known here.`)
        : refused(400, 'invalid_request', 'The grant type is missing.')
    },
  },
  { method: 'POST', path: /^\/oauth\/revoke$/, kind: 'revoke', answer: (context) => revoke(context, 200) },
  { method: 'POST', path: /^\/auth\/login$/, kind: 'signIn', answer: (context) => signIn(context, 'email', 401) },
  { method: 'POST', path: /^\/auth\/refresh$/, kind: 'refresh', answer: refresh },
  { method: 'POST', path: /^\/auth\/logout$/, kind: 'revoke', answer: (context) => revoke(context, 204) },
]
