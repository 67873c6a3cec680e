import { baserow, createAuthClient, memoryStorage } from 'authed/core'
import { createTokenServer } from 'authed/testing'
import { expect, it, vi } from 'vitest'

it('keeps a session that two clients without a lock refresh at once, on a server that does not rotate', async () => {
  const server = createTokenServer({ rotation: 'none' })
  const storage = memoryStorage()
  const client = () =>
    createAuthClient({
      endpoint: baserow('https://api.test'),
      storage,
      fetch: (input, init) => server.fetch(new Request(input, init)),
    })
  const one = client()
  await one.signIn({ email: 'ada@example.com', password: 'lovelace' })
  const other = client()
  await other.getAccessToken()

  await Promise.all([one.refresh(), other.refresh()])

  expect(server.liveFamilies).toBe(1)
  await expect(Promise.all([one.refresh(), other.refresh()])).resolves.toBeDefined()
})

it('takes over tokens where there is no `crypto` at all', async () => {
  vi.stubGlobal('crypto', undefined)
  const client = createAuthClient({ endpoint: {}, storage: memoryStorage() })
  await client.setTokens({ accessToken: 'opaque', expiresIn: 60_000 })
  await expect(client.getAccessToken()).resolves.toBe('opaque')
  vi.unstubAllGlobals()
})
