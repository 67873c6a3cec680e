import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, jwtVerify } from 'jose'
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider'

/** How the provider is set up. Durations are seconds. */
export interface ProviderOptions {
  accessTokenFormat: 'opaque' | 'jwt'
  accessTokenLifetime?: number
  /** Counted from the sign-in: rotation does not prolong it. */
  sessionLifetime?: number
}

const resource = 'urn:rows'
const scope = 'openid offline_access'

/** A certified authorization server with rotating refresh tokens, and a resource behind it. */
export async function startProvider({
  accessTokenFormat,
  accessTokenLifetime = 60,
  sessionLifetime = 3_600,
}: ProviderOptions) {
  const http = createServer()
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const provider = new Provider(url, {
    clients: [
      {
        client_id: 'app',
        token_endpoint_auth_method: 'none',
        grant_types: ['password', 'refresh_token', 'authorization_code'],
        redirect_uris: ['https://app.example/'],
      },
    ],
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: accessTokenLifetime,
      Grant: sessionLifetime,
      RefreshToken: (context: KoaContextWithOIDC) =>
        context.oidc.entities.RotatedRefreshToken?.remainingTTL ?? sessionLifetime,
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      userinfo: { enabled: true },
      resourceIndicators: {
        enabled: accessTokenFormat === 'jwt',
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessTokenLifetime,
        }),
      },
    },
  } satisfies Configuration)
  acceptPasswords(provider, accessTokenFormat)
  const counts = { refreshes: 0, refused: 0, grantsRevoked: 0, unauthorized: 0 }
  provider.on('grant.success', ({ oidc }) => {
    if (oidc.params?.grant_type === 'refresh_token') counts.refreshes++
  })
  provider.on('grant.error', () => void counts.refused++)
  provider.on('server_error', (_, error) => console.error(error))
  provider.on('grant.revoked', () => void counts.grantsRevoked++)
  serve(http, provider, accessTokenFormat, counts)
  return {
    url,
    counts,
    /** What a thief does with a refresh token: the answer's status. */
    async replay(refreshToken: string): Promise<number> {
      const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'app', refresh_token: refreshToken })
      return (await fetch(`${url}/token`, { method: 'POST', body })).status
    },
    close() {
      http.closeAllConnections()
      return new Promise<void>((resolve) => http.close(() => resolve()))
    },
  }
}

/** The provider has no password grant of its own; it offers this way to add one. */
function acceptPasswords(provider: Provider, format: ProviderOptions['accessTokenFormat']) {
  const { AccessToken, Grant, RefreshToken } = provider
  provider.registerGrantType<{ username?: string; password?: string }>(
    'password',
    async (context) => {
      const { client, params } = context.oidc
      if (params?.password !== 'lovelace') {
        context.status = 400
        context.body = { error: 'invalid_grant', error_description: 'Wrong name or password.' }
        return
      }
      const accountId = String(params.username)
      const grant = new Grant({ accountId, clientId: client.clientId })
      grant.addOIDCScope(scope)
      grant.addResourceScope(resource, '')
      const grantId = await grant.save()
      const common = { accountId, client, grantId, gty: 'password', scope }
      const access = new AccessToken(common as never)
      if (format === 'jwt') {
        Object.assign(access, {
          resourceServer: new provider.ResourceServer(resource, {
            scope: '',
            audience: resource,
            accessTokenFormat: 'jwt',
          }),
        })
        access.setAudience?.(resource)
      }
      context.oidc.entity('Client', client)
      const refresh = new RefreshToken({
        ...common,
        ...(format === 'jwt' && { resource }),
        expiresWithSession: false,
      } as never)
      context.body = {
        access_token: await access.save(),
        token_type: 'Bearer',
        expires_in: access.expiration,
        refresh_token: await refresh.save(),
        scope,
      }
    },
    ['username', 'password'],
  )
}

/** The provider, and `/rows` behind its tokens. */
function serve(
  http: Server,
  provider: Provider,
  format: ProviderOptions['accessTokenFormat'],
  counts: { unauthorized: number },
) {
  const handle = provider.callback()
  http.on('request', async (request, response) => {
    if (request.url !== '/rows') return handle(request, response)
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    const subject = await (format === 'jwt' ? subjectOfJwt(provider, token) : subjectOfOpaque(provider, token))
    if (!subject) counts.unauthorized++
    response.writeHead(subject ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ owner: subject }))
  })
}

async function subjectOfOpaque(provider: Provider, token: string) {
  const found = await provider.AccessToken.find(token)
  return found?.isValid ? found.accountId : undefined
}

async function subjectOfJwt(provider: Provider, token: string) {
  const keys = await fetch(`${provider.issuer}/jwks`).then((response) => response.json())
  const verified = await jwtVerify(token, createLocalJWKSet(keys), { audience: resource }).catch(() => undefined)
  return verified?.payload.sub
}
