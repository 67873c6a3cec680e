import { type AuthClientOptions, createAuthClient, memoryStorage, type TokenResponse } from 'authed/core'
import { createFakeClock, settle } from 'authed/testing'
import { describe, expect, it } from 'vitest'
import { ada, api, createWorld, watch } from './world.ts'

const base64url = (text: string) => Buffer.from(text).toString('base64url')
const jwt = (claims: object) => `${base64url('{"alg":"none"}')}.${base64url(JSON.stringify(claims))}.x`

/** A client whose endpoint answers what `answer` makes, and which counts the refreshes. */
const setUp = (answer: () => TokenResponse | Promise<TokenResponse>, options: Partial<AuthClientOptions> = {}) => {
  const clock = createFakeClock()
  let refreshes = 0
  const client = createAuthClient({
    endpoint: {
      signIn: answer,
      refresh: () => {
        refreshes++
        return answer()
      },
      origins: [api],
    },
    clock,
    storage: memoryStorage(),
    retryDelay: 1_000,
    ...options,
  })
  return { clock, client, refreshes: () => refreshes }
}

describe('promise 2: never a dead token, whatever its endpoint tells of its life', () => {
  it.each<[string, 'fixed' | 'rotating']>([
    ['does not', 'fixed'],
    ['does', 'rotating'],
  ])(
    'knows the life of tokens that carry the `iat` of the refresh token, which %s rotate, as simplejwt did before 5.5',
    async (_, kind) => {
      const clock = createFakeClock()
      // The server’s clock; the device’s is hours behind.
      const now = () => Math.floor(clock.now() / 1000) + 7_200
      let refresh = { iat: now(), exp: now() + 604_800 }
      let dead = 0
      const issue = () => {
        dead = clock.now() + 600_000
        const accessToken = jwt({ sub: '1', iat: refresh.iat, exp: now() + 600, jti: String(clock.now()) })
        if (kind === 'rotating') refresh = { iat: now(), exp: now() + 604_800 }
        return { accessToken, refreshToken: jwt(refresh) }
      }
      const { client, refreshes } = setUp(issue, { clock })
      await client.signIn(undefined)
      for (let minute = 0; minute < 120; minute++) {
        await client.getAccessToken()
        await settle()
        expect(clock.now()).toBeLessThan(dead)
        clock.sleep(60_000)
      }
      expect(refreshes()).toBeGreaterThan(10)
      expect(refreshes()).toBeLessThan(18)
    },
  )

  it('takes over a token at the end of its life without believing that all tokens live so short', async () => {
    const clock = createFakeClock()
    const now = () => Math.floor(clock.now() / 1000)
    const born = now()
    const issue = () => ({ accessToken: jwt({ sub: '1', iat: born, exp: now() + 600 }), refreshToken: 'opaque' })
    const { client, refreshes } = setUp(issue, { clock })
    const first = issue()
    clock.sleep(590_000)
    await client.setTokens(first)
    for (let minute = 0; minute < 20; minute++) {
      await client.getAccessToken()
      await clock.advance(60_000)
    }
    expect(refreshes()).toBeLessThan(6)
  })

  it('lets a 401 decide where the instant that a refresh tells has passed already, as on a clock that is ahead', async () => {
    const { clock, client, refreshes } = setUp(() => ({
      accessToken: 'x',
      refreshToken: 'r',
      expiresAt: Date.UTC(2025, 0),
    }))
    await client.signIn(undefined)
    const waiting = watch(client.getAccessToken())
    await clock.advance(60_000)
    expect([waiting.state, refreshes()]).toEqual(['resolved', 1])
  })

  it('gives an error where every token is dead before it arrives, and asks ever more seldom', async () => {
    const clock = createFakeClock()
    const slow = async () => {
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, 5_000))
      return { accessToken: 'x', refreshToken: 'r', expiresIn: 2_000 }
    }
    const { client, refreshes } = setUp(slow, { clock, retryDelay: undefined })
    const signing = watch(client.signIn(undefined))
    await clock.advance(5_000)
    expect(signing.state).toBe('resolved')
    const waiting = watch(client.getAccessToken())
    await clock.advance(120_000)
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'invalid_response', transient: true } })
    expect(client.getState().status).toBe('authenticated')
    expect(refreshes()).toBeLessThan(12)
  })

  it('serves a token that nothing can replace until it is dead, and keeps nobody waiting', async () => {
    const { clock, client } = setUp(() => ({ accessToken: 'x', expiresIn: 60_000 }))
    await client.signIn(undefined)
    expect(client.getState().nextRefreshAt).toBeUndefined()
    clock.sleep(59_000)
    expect(client.peekAccessToken()).toBe('x')
    expect(await client.getAccessToken()).toBe('x')
    expect(await client.getAccessToken({ minValidity: 30_000 })).toBe('x')
    await expect(client.refresh()).rejects.toMatchObject({ code: 'session_ended' })
    clock.sleep(1_000)
    expect(client.peekAccessToken()).toBeUndefined()
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'session_ended' })
  })

  it('tells a caller at once where the server asks for more patience than a caller has', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    clock.sleep(60_000)
    server.fail({ type: 'status', status: 429, headers: { 'retry-after': '3600' }, on: 'refresh' })
    const waiting = watch(client.getAccessToken())
    await settle()
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'server', retryAfter: 3_600_000 } })
    await clock.advance(3_599_000)
    expect(server.counts.refreshes).toBe(1)
    await clock.advance(2_000)
    expect(client.peekAccessToken()).toBeDefined()
  })

  it('does not wait for years because a server has said so', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    clock.sleep(60_000)
    server.fail({ type: 'status', status: 503, headers: { 'retry-after': '99999999999' }, on: 'refresh' })
    await client.getAccessToken().catch(() => {})
    await clock.advance(86_400_000)
    expect(client.peekAccessToken()).toBeDefined()
  })
})
