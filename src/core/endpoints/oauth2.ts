import type { TokenEndpoint } from './endpoint.ts'
import { jsonTokenEndpoint } from './json.ts'

/** How to talk to an OAuth 2 authorization server. */
export interface OAuth2Options {
  /** The token endpoint (RFC 6749 §3.2). */
  tokenUrl: string
  clientId: string
  /** The revocation endpoint (RFC 7009), called at sign-out. */
  revocationUrl?: string
  /** Space-separated scopes (RFC 6749 §3.3). */
  scope?: string
}

/** The resource owner's password (RFC 6749 §4.3) or any other grant with its parameters. */
export type OAuth2Grant = { username: string; password: string } | ({ grant_type: string } & Record<string, string>)

/**
 * An OAuth 2 token endpoint as a public client sees it: form-encoded requests, JSON answers (RFC 6749 §4 to §6).
 * Tokens that came by another way, such as a redirect, are handed to `client.setTokens`.
 */
export function oauth2({ tokenUrl, clientId, revocationUrl, scope }: OAuth2Options): TokenEndpoint<OAuth2Grant> {
  const url = (grant: string) =>
    ({
      signIn: tokenUrl,
      refresh: tokenUrl,
      encoding: 'form',
      extra: { grant_type: grant, client_id: clientId, ...(scope && { scope }) },
    }) as const
  const { revoke } = jsonTokenEndpoint({
    revoke: revocationUrl,
    encoding: 'form',
    extra: { client_id: clientId, token_type_hint: 'refresh_token' },
    fields: { refreshToken: 'token' },
  })
  const { refresh } = jsonTokenEndpoint(url('refresh_token'))
  return { ...jsonTokenEndpoint<OAuth2Grant>(url('password')), id: `${tokenUrl} ${clientId}`, refresh, revoke }
}
