import type { Grant, User } from '../authority.ts'
import { empty, json, type Route, type RouteContext, textIn, userOf } from '../route.ts'
import { rowsPage } from '../rows.ts'

const error = (status: number, code: string, detail: unknown) => json({ error: code, detail }, status)
const invalidRefreshToken = () => error(401, 'ERROR_INVALID_REFRESH_TOKEN', 'Refresh token is expired or invalid.')
const publicUser = ({ id, name, email }: User) => ({
  first_name: name,
  username: email,
  is_staff: false,
  id,
  language: 'en',
  email_verified: true,
})

/** Baserow answers a refresh without a refresh token, since its own does not rotate. */
const tokens = (
  { user, accessToken, refreshToken }: Grant,
  refreshed: 'signed-in' | 'refreshed',
  { options }: RouteContext,
) => ({
  token: accessToken,
  access_token: accessToken,
  ...((refreshed === 'signed-in' || options.rotation === 'rotating') && { refresh_token: refreshToken }),
  user: publicUser(user),
})

const required = (body: Record<string, unknown>, ...names: string[]) => {
  const missing = names.filter((name) => !textIn(body, name))
  return missing.length
    ? json(Object.fromEntries(missing.map((name) => [name, ['This field is required.']])), 400)
    : undefined
}

/** Baserow's user tokens and list-rows endpoint, after its version 1.35. */
export const baserowRoutes: Route[] = [
  {
    method: 'POST',
    path: /^\/api\/user\/token-auth\/$/,
    kind: 'signIn',
    async answer(context) {
      const { body, authority } = context
      const complaint = required(body, 'email', 'password')
      if (complaint) return complaint
      const user = authority.findUser(textIn(body, 'email', 'username'), textIn(body, 'password'))
      if (!user) return error(401, 'ERROR_INVALID_CREDENTIALS', 'No active account found with the given credentials.')
      if (user.twoFactor === 'on') return json({ two_factor_auth: 'totp', token: `2fa-${user.id}` })
      return json(tokens(await authority.signIn(user), 'signed-in', context))
    },
  },
  {
    method: 'POST',
    path: /^\/api\/two-factor-auth\/verify\/$/,
    kind: 'signIn',
    async answer(context) {
      const { body, request, authority, options } = context
      const user = options.users.find(({ email }) => email === textIn(body, 'email'))
      const right =
        user && request.headers.get('authorization') === `Bearer 2fa-${user.id}` && textIn(body, 'code') === '123456'
      if (!right) return error(401, 'ERROR_TWO_FACTOR_AUTH_VERIFICATION_FAILED', 'The code is wrong.')
      return json(tokens(await authority.signIn(user), 'signed-in', context))
    },
  },
  {
    method: 'POST',
    path: /^\/api\/user\/token-refresh\/$/,
    kind: 'refresh',
    async answer(context) {
      const grant = await context.authority.refresh(textIn(context.body, 'refresh_token', 'token'))
      return typeof grant === 'string' ? invalidRefreshToken() : json(tokens(grant, 'refreshed', context))
    },
  },
  {
    method: 'POST',
    path: /^\/api\/user\/token-blacklist\/$/,
    kind: 'revoke',
    answer: ({ body, authority }) =>
      authority.revoke(textIn(body, 'refresh_token')) ? empty() : invalidRefreshToken(),
  },
  {
    method: 'GET',
    path: /^\/api\/database\/rows\/table\/(\d+)\/$/,
    kind: 'resource',
    async answer(context) {
      const user = await userOf(context, 'JWT')
      if (user === 'missing') return json({ detail: 'Authentication credentials were not provided.' }, 401)
      if (user === 'invalid') return error(401, 'ERROR_INVALID_ACCESS_TOKEN', 'Access token is expired or invalid.')
      const { url, options } = context
      if (url.pathname.endsWith('/999/')) {
        return error(401, 'ERROR_NO_PERMISSION_TO_TABLE', "The token doesn't have permission to access this table.")
      }
      if (url.pathname.endsWith('/404/'))
        return error(404, 'ERROR_TABLE_DOES_NOT_EXIST', 'The requested table does not exist.')
      if (Number(url.searchParams.get('size')) > 200) {
        return error(400, 'ERROR_PAGE_SIZE_LIMIT', 'The page size is limited to 200.')
      }
      return json(rowsPage(user, options.rowCount, url))
    },
  },
]
