import { type AppsmithQuery, pageSession } from 'authed/appsmith'
import { createTokenServer, type TokenServerOptions } from 'authed/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const credentials = { email: 'ada@example.com', password: 'lovelace' }
let app = 0

/** A page with the guide's two queries, sent by Appsmith's server. */
function setUp(options: TokenServerOptions = {}, more: Partial<Parameters<typeof pageSession>[0]> = {}) {
  const server = createTokenServer({ accessTokenLifetime: 600_000, rotation: 'none', ...options })
  const store: Record<string, unknown> = {}
  const turns: string[][] = []
  const key = `auth${++app}`
  const query = (path: string, body: (parameters: object) => object): AppsmithQuery => {
    const entity = {
      data: undefined as unknown,
      responseMeta: {} as { statusCode?: string },
      async run(parameters: object = {}) {
        const url = `https://api.test${path}`
        const init = { method: 'POST', body: JSON.stringify(body(parameters)) }
        const response = await server.fetch(new Request(url, init)).catch(() => undefined)
        entity.data = await response?.json().catch(() => undefined)
        entity.responseMeta = { statusCode: response ? `${response.status} TEXT` : 'PE-RST-5000' }
        if (!response?.ok) throw new Error('The query failed to execute.')
        return entity.data
      },
    }
    return entity
  }
  const storeValue = (name: string, value: unknown) => {
    store[name] = value === undefined ? undefined : JSON.parse(JSON.stringify(value))
    turns.at(-1)?.push(name)
    return {}
  }
  const kept = () => store[key] as { accessToken: string; refreshToken: string; revision: number } | null
  /** Each call hands everything over anew, as each run of a JS Object does. */
  const session = () =>
    pageSession({
      appsmith: { store },
      storeValue,
      key,
      signIn: query('/api/user/token-auth/', (typed) => ({ ...credentials, ...typed })),
      refresh: query('/api/user/token-refresh/', () => ({ refresh_token: kept()?.refreshToken })),
      ...more,
    })
  return { server, store, key, kept, session, turns }
}

describe('pageSession', () => {
  it('signs in by the query when asked for a token without a session, as the guide does', async () => {
    const { session, kept, server } = setUp()
    const token = await session().getAccessToken()
    expect(kept()).toMatchObject({ accessToken: token, revision: 1 })
    expect(server.counts).toMatchObject({ signIns: 1, refreshes: 0 })
  })

  it('gives ten callers one token for one request', async () => {
    const { session, server } = setUp()
    const tokens = await Promise.all(Array.from({ length: 10 }, () => session().getAccessToken()))
    expect(new Set(tokens).size).toBe(1)
    expect(server.counts.signIns).toBe(1)
  })

  it('starts from the store, without a password', async () => {
    const first = setUp()
    const token = await first.session().getAccessToken()
    const next = setUp()
    next.store[next.key] = first.kept()
    await expect(next.session().getAccessToken()).resolves.toBe(token)
    expect(next.server.counts.signIns).toBe(0)
  })

  it('keeps the refresh token when the answer brings none', async () => {
    const { session, kept } = setUp()
    await session().signIn()
    const { refreshToken } = kept() as { refreshToken: string }
    await session()
      .refresh()
      .catch(() => vi.waitFor(() => session().refresh(), { timeout: 3_000 }))
    expect(kept()).toMatchObject({ revision: 2, refreshToken })
  })

  it('stores the pair as one object, in one call', async () => {
    const { session, turns, key } = setUp()
    turns.push([])
    await session().signIn()
    expect(turns.at(-1)).toEqual([key])
  })

  it("keeps the guide's own three keys too, where asked", async () => {
    const { session, store, kept } = setUp({}, { separateKeys: 'write' })
    await session().signIn()
    expect(store).toMatchObject({ authAccessToken: kept()?.accessToken, authRefreshToken: kept()?.refreshToken })
    expect(store.authAccessTokenExp).toBeGreaterThan(Date.now())
  })

  it('is not signed in by a 200 that asks for a second factor', async () => {
    const { session, kept } = setUp()
    const typed = { email: 'alan@example.com', password: 'turing' }
    await expect(session().signIn(typed)).rejects.toMatchObject({ code: 'invalid_response' })
    expect(kept()).toBeFalsy()
  })

  it('tells wrong credentials from a server that cannot be reached', async () => {
    const { session, server } = setUp()
    await expect(session().signIn({ password: 'wrong' })).rejects.toMatchObject({ code: 'sign_in_rejected' })
    server.setHealth('dropped')
    await expect(session().signIn()).rejects.toMatchObject({ code: 'network' })
  })

  it('reports nobody signed in where it may not sign in by itself', async () => {
    const { session, server } = setUp({}, { whenSignedOut: 'reject' })
    await expect(session().getAccessToken()).rejects.toMatchObject({ code: 'signed_out' })
    expect(server.counts.signIns).toBe(0)
  })

  it('notices that the store was cleared by something else', async () => {
    const { session, store, key } = setUp({}, { whenSignedOut: 'reject' })
    await session().signIn()
    store[key] = null
    await expect(session().getAccessToken()).rejects.toMatchObject({ code: 'signed_out' })
  })

  it('signs out', async () => {
    const { session, kept } = setUp({}, { whenSignedOut: 'reject' })
    await session().signIn()
    await session().signOut()
    expect(kept()).toBeNull()
  })

  describe('with dying tokens', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['Date'] })
    })
    afterEach(() => {
      vi.useRealTimers()
    })

    it('refreshes a dead token once for all who ask', async () => {
      const { session, server } = setUp({ rotation: 'rotating' })
      const before = await session().getAccessToken()
      vi.setSystemTime(Date.now() + 601_000)
      const tokens = await Promise.all(Array.from({ length: 5 }, () => session().getAccessToken()))
      expect(new Set(tokens).size).toBe(1)
      expect(tokens[0]).not.toBe(before)
      expect(server.counts).toMatchObject({ refreshes: 1, signIns: 1, reuseDetections: 0 })
    })

    it('refreshes by the rotated token the next time', async () => {
      const { session, server } = setUp({ rotation: 'rotating' })
      await session().getAccessToken()
      for (let turn = 0; turn < 5; turn++) {
        vi.setSystemTime(Date.now() + 601_000)
        await session().getAccessToken()
      }
      expect(server.counts).toMatchObject({ refreshes: 5, signIns: 1, reuseDetections: 0 })
    })

    it('answers the widgets that ask for the same with one refresh', async () => {
      const { session, server, kept } = setUp()
      await session().signIn()
      vi.setSystemTime(Date.now() + 500_000)
      const request = { id: 'one', staleRevision: 1 }
      await Promise.all([session().answerWidget(request), session().answerWidget({ ...request, id: 'two' })])
      await session().answerWidget({ ...request, id: 'three' })
      expect(server.counts.refreshes).toBe(1)
      expect(kept()?.revision).toBe(2)
    })

    it('tells a passing failure by the store, keeps the session and recovers', async () => {
      const { session, server, store, key, kept } = setUp()
      await session().signIn()
      vi.setSystemTime(Date.now() + 500_000)
      server.setHealth('503')
      await session().answerWidget({ id: 'one', staleRevision: 1 })
      expect(store[`${key}Error`]).toMatchObject({ code: 'server' })
      server.heal()
      vi.setSystemTime(Date.now() + 60_000)
      await session().answerWidget({ id: 'two', staleRevision: 1 })
      expect(kept()?.revision).toBe(2)
    })

    it('ends the session when the refresh token is refused, and says which', async () => {
      const { session, server, store, key, kept } = setUp({}, { whenSignedOut: 'reject' })
      await session().signIn()
      vi.setSystemTime(Date.now() + 500_000)
      server.revokeSessions()
      await session().answerWidget({ id: 'one', staleRevision: 1 })
      expect(store[`${key}Error`]).toMatchObject({ code: 'session_ended' })
      expect(kept()).toBeNull()
    })

    it('signs in again by itself when the refresh token is refused, where it may', async () => {
      const { session, server, kept } = setUp()
      await session().signIn()
      vi.setSystemTime(Date.now() + 601_000)
      server.revokeSessions()
      const token = await session().getAccessToken()
      expect(kept()?.accessToken).toBe(token)
      expect(server.counts.signIns).toBe(2)
    })

    it('answers every call although there are no timers', async () => {
      const { session, server } = setUp()
      await session().signIn()
      const globals = ['setTimeout', 'clearTimeout', 'localStorage', 'indexedDB', 'BroadcastChannel']
      for (const name of globals) vi.stubGlobal(name, undefined)
      try {
        vi.setSystemTime(Date.now() + 601_000)
        server.setHealth('503')
        await expect(session().getAccessToken()).rejects.toMatchObject({ code: 'server' })
        await expect(session().getAccessToken()).rejects.toMatchObject({ code: 'server' })
        await expect(session().refresh()).rejects.toMatchObject({ code: 'server' })
        server.heal()
        vi.setSystemTime(Date.now() + 60_000)
        await expect(session().getAccessToken()).resolves.toBeTypeOf('string')
        await expect(session().refresh()).rejects.toMatchObject({ message: expect.stringContaining('just now') })
        await session().signOut()
        await session().signIn()
      } finally {
        vi.unstubAllGlobals()
      }
    })
  })
})
