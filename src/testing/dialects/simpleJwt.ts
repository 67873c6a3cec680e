import type { Refusal } from '../authority.ts'
import { json, type Route, refreshWith, textIn, userOf, whoSignsIn } from '../route.ts'
import { noCredentials, tooManyWords } from './djangoRest.ts'

const reasons: Record<Refusal, string> = {
  unknown: 'Token is invalid',
  expired: 'Token is expired',
  revoked: 'Token is blacklisted',
  reused: 'Token is blacklisted',
  'wrong-type': 'Token has wrong type',
}
const notValid = (refusal: Refusal) => json({ detail: reasons[refusal], code: 'token_not_valid' }, 401)

/** What is wrong with members that must be there, or `undefined`. */
function complaintsAbout(body: Record<string, unknown>, ...names: string[]): Response | undefined {
  const missing = names.filter((name) => !textIn(body, name))
  const complaint = (name: string) => [body[name] === null ? 'This field may not be null.' : 'This field is required.']
  if (missing.length) return json(Object.fromEntries(missing.map((name) => [name, complaint(name)])), 400)
}

/** djangorestframework-simplejwt, after its version 5.5. */
export const simpleJwtRoutes: Route[] = [
  {
    method: 'POST',
    path: /^\/api\/token\/$/,
    kind: 'signIn',
    async answer(context) {
      const { body, authority } = context
      const complaint = complaintsAbout(body, 'username', 'password')
      if (complaint) return complaint
      const user = whoSignsIn(context, textIn(body, 'username'), textIn(body, 'password'))
      if (!user) return json({ detail: 'No active account found with the given credentials' }, 401)
      const { accessToken, refreshToken } = await authority.signIn(user)
      return json({ refresh: refreshToken, access: accessToken })
    },
  },
  {
    method: 'POST',
    path: /^\/api\/token\/refresh\/$/,
    kind: 'refresh',
    async answer(context) {
      const complaint = complaintsAbout(context.body, 'refresh')
      if (complaint) return complaint
      const grant = await refreshWith(context, textIn(context.body, 'refresh'))
      if (typeof grant === 'string') return notValid(grant)
      const rotated = context.options.rotation === 'rotating' && { refresh: grant.refreshToken }
      return json({ access: grant.accessToken, ...rotated })
    },
  },
  {
    method: 'POST',
    path: /^\/api\/token\/verify\/$/,
    kind: 'verify',
    answer({ body, authority }) {
      const complaint = complaintsAbout(body, 'token')
      if (complaint) return complaint
      const token = textIn(body, 'token')
      const asAccess = authority.authenticate(token)
      const outcome = asAccess === 'wrong-type' || asAccess === 'unknown' ? authority.verify(token) : asAccess
      if (outcome === 'revoked' || outcome === 'reused') return json({ non_field_errors: [reasons[outcome]] }, 400)
      return typeof outcome === 'string' ? notValid(outcome) : json({})
    },
  },
  {
    method: 'POST',
    path: /^\/api\/token\/blacklist\/$/,
    kind: 'revoke',
    answer({ body, authority }) {
      const complaint = complaintsAbout(body, 'refresh')
      if (complaint) return complaint
      const outcome = authority.revoke(textIn(body, 'refresh'))
      return outcome === 'revoked-now' ? json({}) : notValid(outcome)
    },
  },
  {
    method: 'GET',
    path: /^\/api\/simplejwt\/me\/$/,
    kind: 'resource',
    answer(context) {
      const user = userOf(context, 'Bearer')
      if (user === 'missing') return noCredentials()
      if (user === 'malformed') return tooManyWords()
      if (typeof user !== 'string') return json({ id: user.id, email: user.email })
      const messages = [{ token_class: 'AccessToken', token_type: 'access', message: reasons[user] }]
      return json({ detail: 'Given token not valid for any token type', code: 'token_not_valid', messages }, 401)
    },
  },
]
