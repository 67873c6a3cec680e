import type { TokenEndpoint } from './endpoint.ts'
import { jsonTokenEndpoint } from './json.ts'

/** What a Baserow account signs in with. */
export interface BaserowCredentials {
  email: string
  password: string
}

/**
 * Baserow's user tokens. Its header scheme is `JWT`; it answers 401 also where a person may not see a table, so only
 * `ERROR_INVALID_ACCESS_TOKEN` counts as a dead token; its refresh token does not rotate and lives for seven days.
 *
 * @param baseUrl For example `https://api.baserow.io`.
 */
export function baserow(baseUrl: string): TokenEndpoint<BaserowCredentials> {
  const user = `${baseUrl.replace(/\/$/, '')}/api/user`
  return jsonTokenEndpoint<BaserowCredentials>({
    signIn: `${user}/token-auth/`,
    refresh: `${user}/token-refresh/`,
    revoke: `${user}/token-blacklist/`,
    fields: { userId: 'user.id' },
    scheme: 'JWT',
    isTokenRejected: async (response) => /ERROR_INVALID_ACCESS_TOKEN/.test(await response.text()),
  })
}
