import {
  type AuthClient,
  createAuthClient,
  memoryStorage,
  type OAuth2Grant,
  oauth2,
  type TokenStorage,
} from 'authed/core'
import { createTabs, type TabPorts } from 'authed/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ProviderOptions, startProvider } from './provider.ts'

const minute = 60_000
const ada = { username: 'ada', password: 'lovelace' }

/** A clock that runs with the real one, some way off. */
function createOffClock(offset = 0) {
  return {
    now: () => Date.now() + offset,
    setTimeout: (callback: () => void, delay: number) => setTimeout(callback, delay),
    clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
    move(duration: number) {
      offset += duration
    },
  }
}

/** A storage that remembers every refresh token that was ever written to it. */
function createWatchedStorage(): TokenStorage & { refreshTokens: string[] } {
  const storage = memoryStorage()
  const refreshTokens: string[] = []
  return {
    ...storage,
    refreshTokens,
    set(key, value) {
      refreshTokens.push(JSON.parse(value).refreshToken)
      return storage.set(key, value)
    },
  }
}

describe.each(['opaque', 'jwt'] as const)('oauth2 against oidc-provider with %s access tokens', (accessTokenFormat) => {
  let provider: Awaited<ReturnType<typeof startProvider>>
  let clock: ReturnType<typeof createOffClock>
  const unmounts: (() => void)[] = []
  const start = async (options: Partial<ProviderOptions> = {}) => {
    provider = await startProvider({ accessTokenFormat, ...options })
  }
  const newClient = (ports: Partial<TabPorts> = {}): AuthClient<OAuth2Grant> => {
    const endpoint = oauth2({
      tokenUrl: `${provider.url}/token`,
      revocationUrl: `${provider.url}/token/revocation`,
      clientId: 'app',
    })
    const client = createAuthClient({ endpoint, clock, storage: memoryStorage(), ...ports })
    unmounts.push(client.mount())
    return client
  }
  const signedIn = async (ports?: Partial<TabPorts>) => {
    const client = newClient(ports)
    await client.signIn(ada)
    return client
  }
  const rows = async (client: AuthClient<OAuth2Grant>) => (await client.fetch(`${provider.url}/rows`)).json()

  beforeEach(() => {
    clock = createOffClock()
  })
  afterEach(async () => {
    for (const unmount of unmounts.splice(0)) unmount()
    await provider.close()
  })

  it('lives through ten expiries with one refresh each and not one 401', async () => {
    await start()
    const client = await signedIn()
    for (let expiry = 1; expiry <= 10; expiry++) {
      clock.move(minute)
      expect(await rows(client)).toEqual({ owner: 'ada' })
      expect(provider.counts).toMatchObject({ refreshes: expiry, refused: 0, unauthorized: 0 })
    }
  })

  it('refreshes once for five tabs that wake together, twenty times', async () => {
    await start()
    const tabs = createTabs()
    const clients = Array.from({ length: 5 }, () => newClient(tabs.open()))
    await clients[0]?.signIn(ada)
    await expect
      .poll(() => clients.map((client) => client.getState().userId))
      .toEqual(Array(5).fill(expect.any(String)))
    for (let round = 1; round <= 20; round++) {
      clock.move(minute)
      expect(await Promise.all(clients.map(rows))).toEqual(Array(5).fill({ owner: 'ada' }))
      expect(provider.counts).toMatchObject({ refreshes: round, refused: 0, grantsRevoked: 0, unauthorized: 0 })
    }
  })

  it('uses each refresh token once', async () => {
    await start()
    const storage = createWatchedStorage()
    const client = await signedIn({ storage })
    await client.refresh()
    await client.refresh()
    expect(new Set(storage.refreshTokens).size).toBe(3)
  })

  it('ends the session when the provider has noticed that a refresh token was stolen', async () => {
    await start()
    const storage = createWatchedStorage()
    const client = await signedIn({ storage })
    await client.refresh()
    expect(await provider.replay(storage.refreshTokens[0] as string)).toBe(400)
    expect(provider.counts.grantsRevoked).toBe(1)
    clock.move(minute)
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'session_ended', error: 'invalid_grant' })
    expect(client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'rejected' })
  })

  it('revokes the refresh token at sign-out', async () => {
    await start()
    const storage = createWatchedStorage()
    const client = await signedIn({ storage })
    await client.signOut()
    expect(await provider.replay(storage.refreshTokens[0] as string)).toBe(400)
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'signed_out' })
  })

  it('rejects wrong credentials with the server’s words', async () => {
    await start()
    const refused = newClient().signIn({ username: 'ada', password: 'byron' })
    await expect(refused).rejects.toMatchObject({
      code: 'sign_in_rejected',
      error: 'invalid_grant',
      errorDescription: 'Wrong name or password.',
    })
  })

  const offsets = { 'ten minutes': 10 * minute, 'a day': 1_440 * minute }
  it.each(
    Object.entries(offsets).flatMap(([name, size]) => [
      { name: `${name} fast`, offset: size },
      { name: `${name} slow`, offset: -size },
    ]),
  )('neither loops nor serves a dead token when the clock is $name', async ({ offset }) => {
    clock.move(offset)
    await start()
    const client = await signedIn()
    for (let call = 0; call < 20; call++) await rows(client)
    expect(provider.counts).toMatchObject({ refreshes: 0, unauthorized: 0 })
    clock.move(minute)
    expect(await rows(client)).toEqual({ owner: 'ada' })
    expect(provider.counts).toMatchObject({ refreshes: 1, refused: 0, unauthorized: 0 })
  })

  it.each(Object.entries(offsets))('goes on when the clock is set back by %s while it runs', async (_, offset) => {
    await start()
    const client = await signedIn()
    clock.move(-offset)
    for (let call = 0; call < 20; call++) expect(await rows(client)).toEqual({ owner: 'ada' })
    expect(provider.counts).toMatchObject({ refreshes: 0, unauthorized: 0 })
    clock.move(minute)
    expect(await rows(client)).toEqual({ owner: 'ada' })
    expect(provider.counts).toMatchObject({ refreshes: 1, refused: 0, unauthorized: 0 })
  })

  it('ends when the provider’s session has expired, and says so', async () => {
    await start({ accessTokenLifetime: 2, sessionLifetime: 3 })
    const client = await signedIn()
    await expect
      .poll(() => rows(client).catch((error) => error.code), { timeout: 15_000, interval: 100 })
      .toBe('session_ended')
    expect(client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'rejected' })
    expect(provider.counts.grantsRevoked).toBe(0)
    expect(provider.counts.refreshes).toBeGreaterThan(0)
  })
})
