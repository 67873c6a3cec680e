import type { Grant } from '../authority.ts'
import { empty, json, type Route, type RouteContext, textIn, userOf, withCookie } from '../route.ts'
import { rowOf, rowsPage } from '../rows.ts'

const invalidGrant = (reason: string) =>
  json({ error: 'invalid_grant', error_description: `The refresh token is ${reason}.` }, 400)
const badCredentials = () => json({ error: 'invalid_grant', error_description: 'Wrong email or password.' }, 401)

function tokenResponse({ accessToken, refreshToken, user }: Grant, context: RouteContext): Response {
  const { accessTokenLifetime, refreshTokenLifetime, expiresIn, refreshTokenIn } = context.options
  const body = {
    access_token: accessToken,
    token_type: 'Bearer',
    user_id: user.id,
    ...(expiresIn === 'send' && {
      expires_in: accessTokenLifetime / 1000,
      refresh_expires_in: refreshTokenLifetime / 1000,
    }),
    ...(refreshTokenIn === 'body' && { refresh_token: refreshToken }),
  }
  return withCookie(json(body, 200, { 'cache-control': 'no-store' }), context, refreshToken)
}

const presented = ({ body, cookie }: RouteContext) => textIn(body, 'refresh_token', 'token') || cookie || ''

async function refresh(context: RouteContext): Promise<Response> {
  const grant = await context.authority.refresh(presented(context))
  return typeof grant === 'string' ? withCookie(invalidGrant(grant), context, undefined) : tokenResponse(grant, context)
}

async function signIn(context: RouteContext, name: string): Promise<Response> {
  const user = context.authority.findUser(textIn(context.body, name), textIn(context.body, 'password'))
  return user ? tokenResponse(await context.authority.signIn(user), context) : badCredentials()
}

const guarded =
  (
    answer: (context: RouteContext & { user: Exclude<Awaited<ReturnType<typeof userOf>>, string> }) => Response,
  ): Route['answer'] =>
  async (context) => {
    const user = await userOf(context, 'Bearer')
    if (typeof user !== 'string') return answer({ ...context, user })
    const challenge = `Bearer realm="api"${user === 'invalid' ? ', error="invalid_token"' : ''}`
    return json({ error: user === 'invalid' ? 'invalid_token' : 'no_credentials' }, 401, {
      'www-authenticate': challenge,
    })
  }

/** OAuth 2's form endpoint, the same in JSON, and a few resources behind Bearer tokens. */
export const oauthRoutes: Route[] = [
  {
    method: 'POST',
    path: /^\/oauth\/token$/,
    kind: 'refresh',
    answer(context) {
      const grant = textIn(context.body, 'grant_type')
      if (grant === 'refresh_token') return refresh(context)
      return grant === 'password' ? signIn(context, 'username') : json({ error: 'unsupported_grant_type' }, 400)
    },
  },
  {
    method: 'POST',
    path: /^\/oauth\/revoke$/,
    kind: 'revoke',
    answer(context) {
      context.authority.revoke(presented(context))
      return withCookie(empty(200), context, undefined)
    },
  },
  { method: 'POST', path: /^\/auth\/login$/, kind: 'signIn', answer: (context) => signIn(context, 'email') },
  { method: 'POST', path: /^\/auth\/refresh$/, kind: 'refresh', answer: refresh },
  {
    method: 'POST',
    path: /^\/auth\/logout$/,
    kind: 'revoke',
    answer(context) {
      context.authority.revoke(presented(context))
      return withCookie(empty(), context, undefined)
    },
  },
  {
    method: 'GET',
    path: /^\/api\/rows$/,
    kind: 'resource',
    answer: guarded(({ user, options, url }) => json(rowsPage(user, options.rowCount, url))),
  },
  {
    method: 'POST',
    path: /^\/api\/rows$/,
    kind: 'resource',
    answer: guarded(({ user, options, body }) => json({ ...rowOf(user, options.rowCount), ...body }, 201)),
  },
  {
    method: 'GET',
    path: /^\/api\/me$/,
    kind: 'resource',
    answer: guarded(({ user: { id, name, email } }) => json({ id, name, email })),
  },
  {
    method: 'GET',
    path: /^\/api\/redirect$/,
    kind: 'resource',
    answer: ({ url }) =>
      new Response(null, { status: 302, headers: { location: url.searchParams.get('to') ?? '/api/me' } }),
  },
]
