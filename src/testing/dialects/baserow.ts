import type { Grant, User } from '../authority.ts'
import { empty, json, type Route, type RouteContext, refreshWith, textIn, userOf, whoSignsIn } from '../route.ts'
import { rowsPage, unknownColumn, withFieldIds } from '../rows.ts'
import { noCredentials, tooManyWords } from './djangoRest.ts'

const error = (status: number, code: string, detail: unknown) => json({ error: code, detail }, status)
const invalidRefreshToken = () => error(401, 'ERROR_INVALID_REFRESH_TOKEN', 'Refresh token is expired or invalid.')
const publicUser = ({ id, name, email }: User) => ({
  first_name: name,
  username: email,
  is_staff: false,
  id,
  language: 'en',
  email_notification_frequency: 'instant',
  email_verified: true,
  completed_onboarding: true,
  completed_guided_tours: [],
})

const signedIn = ({ user, accessToken, refreshToken, session }: Grant) => ({
  token: accessToken,
  access_token: accessToken,
  refresh_token: refreshToken,
  user_session: `session-${session}`,
  user: publicUser(user),
})

/** Baserow answers a refresh without a refresh token, since its own does not rotate. */
const refreshed = ({ user, accessToken, refreshToken }: Grant, { options }: RouteContext) => ({
  token: accessToken,
  access_token: accessToken,
  ...(options.rotation === 'rotating' && { refresh_token: refreshToken }),
  user: publicUser(user),
})

function complaints(body: Record<string, unknown>): Record<string, string[]> | undefined {
  const needed = { email: textIn(body, 'email', 'username'), password: textIn(body, 'password') }
  const missing = Object.entries(needed).filter(([, value]) => !value)
  if (missing.length) return Object.fromEntries(missing.map(([name]) => [name, ['This field is required.']]))
}

function readRows(context: RouteContext): Response {
  const user = userOf(context, 'JWT')
  if (user === 'missing') return noCredentials()
  if (user === 'malformed') return tooManyWords()
  if (typeof user === 'string') return error(401, 'ERROR_INVALID_ACCESS_TOKEN', 'Access token is expired or invalid.')
  const { url, options } = context
  const table = url.pathname.split('/').at(-2)
  if (table === '999')
    return error(401, 'ERROR_NO_PERMISSION_TO_TABLE', "The token doesn't have permission to access this table.")
  if (table === '404') return error(404, 'ERROR_TABLE_DOES_NOT_EXIST', 'The requested table does not exist.')
  if (Number(url.searchParams.get('size')) > 200)
    return error(400, 'ERROR_PAGE_SIZE_LIMIT', 'The page size is limited to 200.')
  const unknown = unknownColumn(url)
  if (unknown) return error(400, 'ERROR_ORDER_BY_FIELD_NOT_FOUND', `The field ${unknown} was not found in the table.`)
  const page = rowsPage(user, options.rowCount, url)
  // Names are the default here, unlike Baserow's: a table that forgot to ask for them is no fault worth tripping over.
  const named = /^(|y|yes|t|true|on|1)$/i.test(url.searchParams.get('user_field_names') ?? '')
  return json(named ? page : { ...page, results: page.results.map(withFieldIds) })
}

const post = (path: RegExp, kind: Route['kind'], answer: Route['answer']): Route => ({
  method: 'POST',
  path,
  kind,
  answer,
})

/** Baserow's user tokens and list-rows endpoint, after its version 1.35; the second factor after 2.3. */
export const baserowRoutes: Route[] = [
  post(/^\/api\/user\/token-auth\/$/, 'signIn', async (context) => {
    const { body, authority } = context
    const missing = complaints(body)
    if (missing) return json(missing, 400)
    const user = whoSignsIn(context, textIn(body, 'email', 'username'), textIn(body, 'password'))
    if (!user) return error(401, 'ERROR_INVALID_CREDENTIALS', 'No active account found with the given credentials.')
    if (user.twoFactor === 'on') return json({ two_factor_auth: 'totp', token: `2fa-${user.id}` })
    return json(signedIn(await authority.signIn(user)))
  }),
  post(/^\/api\/two-factor-auth\/verify\/$/, 'signIn', async ({ body, request, authority, options, seen }) => {
    const user = options.users.find(({ email }) => email === textIn(body, 'email'))
    if (user && user.twoFactor !== 'on')
      return error(404, 'ERROR_TWO_FACTOR_AUTH_TYPE_DOES_NOT_EXIST', 'Two-factor authentication is not set up.')
    const known = user && request.headers.get('authorization') === `Bearer 2fa-${user.id}`
    if (!known || textIn(body, 'code') !== '123456')
      return error(401, 'ERROR_TWO_FACTOR_AUTH_VERIFICATION_FAILED', 'Two-factor authentication verification failed.')
    seen.user = user.id
    return json(signedIn(await authority.signIn(user)))
  }),
  post(/^\/api\/user\/token-refresh\/$/, 'refresh', async (context) => {
    const grant = await refreshWith(context, textIn(context.body, 'refresh_token', 'token'))
    return typeof grant === 'string' ? invalidRefreshToken() : json(refreshed(grant, context))
  }),
  post(/^\/api\/user\/token-verify\/$/, 'verify', ({ body, authority }) => {
    const user = authority.verify(textIn(body, 'refresh_token', 'token'))
    return typeof user === 'string' ? invalidRefreshToken() : json({ user: publicUser(user) })
  }),
  post(/^\/api\/user\/token-blacklist\/$/, 'revoke', ({ body, authority }) => {
    const token = textIn(body, 'refresh_token')
    const required = { refresh_token: [{ error: 'This field is required.', code: 'required' }] }
    if (!token) return error(400, 'ERROR_REQUEST_BODY_VALIDATION', required)
    const outcome = authority.revoke(token)
    if (outcome === 'revoked-now') return empty()
    return outcome === 'revoked'
      ? error(400, 'ERROR_REFRESH_TOKEN_ALREADY_BLACKLISTED', 'Refresh token is already blacklisted.')
      : invalidRefreshToken()
  }),
  { method: 'GET', path: /^\/api\/database\/rows\/table\/\d+\/$/, kind: 'resource', answer: readRows },
]
