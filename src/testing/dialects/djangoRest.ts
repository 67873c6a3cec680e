import { json } from '../route.ts'

/** What Django REST framework answers to a request without a header that it knows. */
export const noCredentials = (): Response => json({ detail: 'Authentication credentials were not provided.' }, 401)

/** What simplejwt answers to a header with its scheme, but not exactly one word after it. */
export const tooManyWords = (): Response => {
  const detail = 'Authorization header must contain two space-delimited values'
  return json({ detail, code: 'bad_authorization_header' }, 401)
}
