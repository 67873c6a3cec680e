import type { TokenEndpoint } from './endpoint.ts'
import { jsonTokenEndpoint } from './json.ts'

/** How a project has wired djangorestframework-simplejwt. */
export interface SimpleJwtOptions {
  /** Where the token views are, for example `https://api.example.com/api/token`. */
  tokenUrl: string
  /** `AUTH_HEADER_TYPES` of the project. Default `'Bearer'`. */
  scheme?: string
}

/** djangorestframework-simplejwt: `access` and `refresh`, with or without rotation and blacklist. */
export function simpleJwt({
  tokenUrl,
  scheme,
}: SimpleJwtOptions): TokenEndpoint<{ username: string; password: string }> {
  const base = tokenUrl.replace(/\/$/, '')
  return jsonTokenEndpoint({
    signIn: `${base}/`,
    refresh: `${base}/refresh/`,
    revoke: `${base}/blacklist/`,
    fields: { accessToken: 'access', refreshToken: 'refresh' },
    scheme,
    isTokenRejected: async (response) => /token_not_valid/.test(await response.text()),
  })
}
