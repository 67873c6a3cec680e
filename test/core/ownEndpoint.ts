import { type AuthClientOptions, createAuthClient, memoryStorage, type TokenEndpoint } from 'authed/core'
import { createFakeClock } from 'authed/testing'
import { api } from '../promises/world.ts'

/** A client on an endpoint of the app's own, whose tokens live a minute unless a test says otherwise. */
export const setUp = (options: Partial<AuthClientOptions> = {}, over: Partial<TokenEndpoint> = {}) => {
  const clock = createFakeClock()
  let count = 0
  const next = () => ({ accessToken: `token${++count}`, refreshToken: `secret${count}`, expiresIn: 60_000, userId: 1 })
  const endpoint: TokenEndpoint = { signIn: async () => next(), refresh: async () => next(), origins: [api], ...over }
  const client = createAuthClient({ endpoint, clock, storage: memoryStorage(), retryDelay: 1_000, ...options })
  return { clock, client, next }
}
