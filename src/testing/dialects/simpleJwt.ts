import { json, type Route, textIn, userOf } from '../route.ts'

const notValid = (detail: string) => json({ detail, code: 'token_not_valid' }, 401)
const required = (name: string) => json({ [name]: ['This field is required.'] }, 400)

/** djangorestframework-simplejwt, after its version 5.5. */
export const simpleJwtRoutes: Route[] = [
  {
    method: 'POST',
    path: /^\/api\/token\/$/,
    kind: 'signIn',
    async answer({ body, authority }) {
      if (!textIn(body, 'username')) return required('username')
      const user = authority.findUser(textIn(body, 'username'), textIn(body, 'password'))
      if (!user) return json({ detail: 'No active account found with the given credentials' }, 401)
      const { accessToken, refreshToken } = await authority.signIn(user)
      return json({ refresh: refreshToken, access: accessToken })
    },
  },
  {
    method: 'POST',
    path: /^\/api\/token\/refresh\/$/,
    kind: 'refresh',
    async answer({ body, authority, options }) {
      if (!textIn(body, 'refresh')) return required('refresh')
      const grant = await authority.refresh(textIn(body, 'refresh'))
      if (grant === 'reused' || grant === 'revoked') return notValid('Token is blacklisted')
      if (typeof grant === 'string') return notValid(grant === 'expired' ? 'Token is expired' : 'Token is invalid')
      return json({
        access: grant.accessToken,
        ...(options.rotation === 'rotating' && { refresh: grant.refreshToken }),
      })
    },
  },
  {
    method: 'POST',
    path: /^\/api\/token\/blacklist\/$/,
    kind: 'revoke',
    answer: ({ body, authority }) =>
      authority.revoke(textIn(body, 'refresh')) ? json({}) : notValid('Token is blacklisted'),
  },
  {
    method: 'GET',
    path: /^\/api\/simplejwt\/me\/$/,
    kind: 'resource',
    async answer(context) {
      const user = await userOf(context, 'Bearer')
      if (user === 'missing') return json({ detail: 'Authentication credentials were not provided.' }, 401)
      if (user !== 'invalid') return json({ id: user.id, email: user.email })
      const messages = [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is expired' }]
      return json({ detail: 'Given token not valid for any token type', code: 'token_not_valid', messages }, 401)
    },
  },
]
