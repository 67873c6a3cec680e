import { createAuthClient, isShallowEqual, memoryStorage, type Session, systemClock, writeSession } from 'authed/core'
import { createFakeClock, createTabs } from 'authed/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ada, api, createWorld, endpoint, grace, rows, settle, watch } from '../promises/world.ts'

afterEach(() => vi.unstubAllGlobals())

const types = (client: ReturnType<ReturnType<typeof createWorld>['openTab']>['client']) =>
  client.inspect().timeline.map(({ type }) => type)
/** What is stored, in another revision than this tab knows. */
const brought = (text: string | undefined, over: Partial<Session>) => {
  const { v, ...session } = JSON.parse(text as string)
  return writeSession({ ...session, ...over })
}

describe('createAuthClient', () => {
  it('touches nothing until it is asked for something', () => {
    const touch = vi.fn()
    const storage = { ...memoryStorage(), get: touch }
    const client = createAuthClient({ endpoint: { signIn: touch, refresh: touch }, storage, fetch: touch })
    expect([client.key, client.getState().status, client.peekAccessToken()]).toEqual(['authed', 'pending', undefined])
    expect(touch).not.toHaveBeenCalled()
  })

  it('has methods that need no `this`', async () => {
    const { openTab } = createWorld()
    const { signIn, getAccessToken, signOut, getState, inspect } = openTab().client
    await signIn(ada)
    expect(await getAccessToken()).toEqual(expect.any(String))
    await signOut()
    expect([getState().status, inspect().key]).toEqual(['unauthenticated', 'authed'])
  })

  it('uses the platform’s fetch, looked up at each call', async () => {
    const client = createAuthClient({ endpoint, storage: memoryStorage(), clock: createFakeClock() })
    const { server } = createWorld()
    vi.stubGlobal('fetch', (input: RequestInfo, init?: RequestInit) => server.fetch(new Request(input, init)))
    await client.signIn(ada)
    expect((await rows(client)).status).toBe(200)
  })

  it('says what is missing where the endpoint cannot sign in', async () => {
    const client = createAuthClient({ endpoint: {}, storage: memoryStorage() })
    await expect(client.signIn(undefined)).rejects.toMatchObject({ code: 'configuration', transient: false })
    const alone = createAuthClient({ endpoint: {}, storage: memoryStorage(), credentials: () => 'typed' })
    await expect(alone.getAccessToken()).rejects.toMatchObject({ code: 'configuration' })
  })

  it('keeps two sessions apart by their keys', async () => {
    const { openTab, tabs } = createWorld()
    const [one, other] = [openTab({ key: 'one' }).client, openTab({ key: 'other' }).client]
    await Promise.all([one.signIn(ada), other.signIn(grace)])
    await one.signOut()
    expect([...tabs.stored.keys()]).toEqual(['other'])
    expect([one.getState().status, other.getState().userId]).toEqual(['unauthenticated', '2'])
  })

  it('ends the subscription of who has heard enough', async () => {
    const { client } = createWorld().openTab()
    const heard = vi.fn()
    client.subscribe(heard)()
    await client.signIn(ada)
    expect(heard).not.toHaveBeenCalled()
  })
})

describe('mount', () => {
  it('is counted, and each of its ends counts once', async () => {
    const { clock, server, openTab } = createWorld()
    const { client, unmount } = openTab()
    const second = client.mount()
    await client.signIn(ada)
    unmount()
    unmount()
    await clock.advance(50_000)
    expect(server.counts.refreshes).toBe(1)
    second()
    await clock.advance(60_000)
    expect([server.counts.refreshes, clock.pending]).toEqual([1, 0])
  })

  it('knows that the network is away', async () => {
    const { openTab, tabs } = createWorld()
    const tab = tabs.open()
    tab.connect('offline')
    const { client } = openTab({ wake: tab.wake })
    await client.signIn(ada)
    expect(client.getState().refreshStatus).toBe('paused')
  })

  it('finds what other tabs have done while it was not mounted', async () => {
    const { openTab } = createWorld()
    const [one, other] = [openTab(), openTab()]
    await one.client.signIn(ada)
    await settle()
    one.unmount()
    await other.client.signIn(grace)
    await settle()
    expect(one.client.getState().userId).toBe('1')
    one.client.mount()
    await settle()
    expect(one.client.getState().userId).toBe('2')
  })

  it('hears a storage that tells of changes by itself', async () => {
    const { openTab } = createWorld()
    const memory = memoryStorage()
    let tell = () => {}
    const ended = vi.fn()
    const subscribe = (_key: string, listener: () => void) => {
      tell = listener
      return ended
    }
    const { client, unmount } = openTab({ storage: { ...memory, subscribe } })
    await client.signIn(ada)
    memory.remove('authed')
    tell()
    await settle()
    expect(client.getState().endReason).toBe('signed-out-elsewhere')
    unmount()
    expect(ended).toHaveBeenCalledTimes(1)
  })
})

describe('news of other tabs', () => {
  it('make an attempt that fails after them no failure', async () => {
    const { clock, tabs, openTab } = createWorld()
    let fail = () => {}
    const refresh = () =>
      new Promise<never>((_, reject) => {
        fail = () => reject(new Error('down'))
      })
    const { client } = openTab({ endpoint: { ...endpoint, refresh } })
    await client.signIn(ada)
    clock.sleep(60_000)
    void client.getAccessToken()
    await settle()
    const news = { revision: 2, accessToken: 'brought', obtainedAt: clock.now(), expiresAt: clock.now() + 60_000 }
    tabs.stored.set('authed', brought(tabs.stored.get('authed'), news))
    tabs.open().channel.post({ type: 'changed', revision: 2 })
    await settle()
    fail()
    await settle()
    expect(types(client).slice(-2)).toEqual(['adopted', 'adopted'])
    expect(client.getState()).toMatchObject({ revision: 2, failureCount: 0, refreshStatus: 'idle', error: undefined })
  })

  it('that nobody has told are found by the next attempt', async () => {
    const { clock, server, tabs, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    clock.sleep(60_000)
    tabs.stored.delete('authed')
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'signed_out' })
    expect(client.getState().endReason).toBe('signed-out-elsewhere')
    expect(server.counts.refreshes).toBe(0)
  })

  it('that were read before a sign-in here are none', async () => {
    const { openTab, tabs } = createWorld()
    const tab = tabs.open()
    let delay: Promise<void> | undefined
    let go = () => {}
    const storage = {
      ...tab.storage,
      get: async (key: string) => {
        const text = await tab.storage.get(key)
        await delay
        return text
      },
    }
    const { client } = openTab({ storage })
    await client.signIn(ada)
    await settle()
    delay = new Promise((resolve) => {
      go = resolve
    })
    tab.channel.post({ type: 'changed', revision: 0 })
    await settle()
    const signing = client.signIn(grace)
    await settle()
    go()
    await signing
    await settle()
    expect(client.getState().userId).toBe('2')
    expect(types(client)).not.toContain('adopted')
  })
})

describe('the platform’s lock', () => {
  it('is taken from a tab that is frozen, whom nobody hears', async () => {
    const { clock, openTab } = createWorld()
    const key = 'frozen'
    void navigator.locks.request(key, () => new Promise(() => {})).catch(() => {})
    const { client } = openTab({ key, lock: undefined, channel: undefined })
    await client.signIn(ada)
    expect(client.inspect().lock).toBe('Web Locks')
    clock.sleep(60_000)
    const waiting = watch(client.getAccessToken())
    for (let second = 0; second < 18; second++) await clock.advance(1_000)
    expect(waiting).toMatchObject({ state: 'resolved', value: client.peekAccessToken() })
  })
})

describe('authFetch', () => {
  const answering = (over: object, response: () => Response) => {
    const { openTab } = createWorld()
    let count = 0
    const fetch = async () => {
      count++
      return Object.defineProperties(
        response(),
        Object.fromEntries(Object.entries(over).map(([name, value]) => [name, { value }])),
      )
    }
    const refresh = async () => ({ accessToken: 'next', expiresIn: 60_000 })
    const own = { origins: [api], refresh, signIn: async () => ({ accessToken: 'x', refreshToken: 'r' }) }
    return { client: openTab({ endpoint: own, fetch }).client, count: () => count }
  }

  it('takes a 401 of another origin, where a redirect has led, for no word about the token', async () => {
    const { client, count } = answering({ url: 'https://elsewhere.test/' }, () => new Response(null, { status: 401 }))
    await client.signIn(ada)
    expect((await client.fetch(`${api}/rows`)).status).toBe(401)
    expect([count(), client.getState().revision]).toEqual([1, 1])
  })

  it('takes a 401 of its own origin for one', async () => {
    const { client, count } = answering({ url: `${api}/moved` }, () => new Response(null, { status: 401 }))
    await client.signIn(ada)
    expect((await client.fetch(`${api}/rows`)).status).toBe(401)
    expect([count(), client.getState().revision]).toEqual([2, 2])
  })

  it('replays although the body of the 401 has broken off', async () => {
    let answers = 0
    const broken = () =>
      new Response(new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) }), {
        status: answers++ ? 200 : 401,
      })
    const { client, count } = answering({}, broken)
    await client.signIn(ada)
    expect((await client.fetch(`${api}/rows`)).status).toBe(200)
    expect(count()).toBe(2)
  })

  it('says which origin is not allowed, and how it would be', async () => {
    const { client } = answering({}, () => new Response())
    await expect(client.fetch('https://evil.test/rows')).rejects.toThrow(
      'The access token is not sent to https://evil.test. If it may go there, add "https://evil.test" to `allowedOrigins`.',
    )
  })

  it('drops an answer to whoever was found in the storage, where somebody else has signed in meanwhile', async () => {
    const { clock, server, openTab } = createWorld()
    const first = openTab()
    await first.client.signIn(ada)
    first.unmount()
    const { client } = openTab()
    server.fail({ on: 'resource', type: 'delay', delay: 5_000 })
    const answer = watch(rows(client))
    await clock.advance(1_000)
    await client.signIn(grace)
    await clock.advance(9_000)
    expect(answer).toMatchObject({ state: 'rejected', error: { code: 'session_ended' } })
  })

  it('waits for no replay whose caller has gone', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    server.expireAccessTokens()
    server.fail({ on: 'refresh', type: 'hang' })
    const controller = new AbortController()
    const answer = watch(client.fetch(`${api}/api/rows`, { signal: controller.signal }))
    await clock.advance(2_000)
    controller.abort(new Error('gone'))
    await clock.advance(100)
    expect(answer).toMatchObject({ state: 'rejected', error: { message: 'gone' } })
  })

  it('sends nothing for a signal that has aborted', async () => {
    const { client, count } = answering({}, () => new Response())
    await client.signIn(ada)
    const reason = new Error('gone')
    await expect(client.fetch(`${api}/rows`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(count()).toBe(0)
  })

  it('rejects where nobody is signed in', async () => {
    const { client, count } = answering({}, () => new Response())
    await expect(client.fetch(`${api}/rows`)).rejects.toMatchObject({ code: 'signed_out' })
    expect(count()).toBe(0)
  })
})

describe('inspect', () => {
  it('tells the claims and how far the clock is ahead, and no token', async () => {
    const { clock, openTab } = createWorld({ accessTokenFormat: 'jwt' })
    const { client } = openTab({ clock: { ...clock, now: () => clock.now() + 3_600_000 } })
    await client.signIn(ada)
    const seen = client.inspect()
    expect(seen).toMatchObject({ clockSkew: 3_600_000, claims: { sub: '1' }, waiting: 0, holdsLock: false })
    expect(JSON.stringify(seen)).not.toContain(client.peekAccessToken())
  })

  it('remembers the last hundred things', async () => {
    const { clock, openTab } = createWorld({ accessTokenLifetime: 2_000 })
    const { client } = openTab()
    await client.signIn(ada)
    await clock.advance(100_000)
    expect(client.inspect().timeline).toHaveLength(100)
  })
})

describe('the timeline', () => {
  it('follows an attempt from its start over the lock to its outcome', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    server.fail({ on: 'refresh', type: 'delay', delay: 400 })
    void client.refresh()
    await clock.advance(2_000)
    expect(client.inspect().timeline.slice(-4)).toMatchObject([
      { type: 'refreshAsked', revision: 1 },
      { type: 'attemptStarted', revision: 1 },
      { type: 'lockTaken', duration: 0 },
      { type: 'refreshed', revision: 2, duration: 400 },
    ])
  })

  it('tells of a failure when the next attempt comes', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab({ retryDelay: 7_000 })
    await client.signIn(ada)
    server.fail({ on: 'refresh', type: 'status', status: 503 })
    client.refresh().catch(() => {})
    await clock.advance(2_000)
    expect(client.inspect().timeline.at(-1)).toMatchObject({ type: 'refreshFailed', code: 'server', delay: 7_000 })
  })

  it('tells of a 401 and of the replay', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    server.expireAccessTokens()
    const answer = watch(rows(client))
    await clock.advance(2_000)
    expect(answer.value).toMatchObject({ status: 200 })
    expect(types(client).slice(-6)).toEqual([
      ...['unauthorized', 'tokenRejected', 'attemptStarted', 'lockTaken', 'refreshed', 'replayed'],
    ])
  })
})

describe('expire', () => {
  it('lets nobody have the token any more, and the next caller wait for the next one', async () => {
    const { clock, server, openTab } = createWorld()
    const { client, unmount } = openTab()
    await client.signIn(ada)
    unmount()
    const former = await client.getAccessToken()
    await clock.advance(5_000)
    client.expire()
    await clock.advance(5_000)
    expect([client.peekAccessToken(), server.counts.refreshes]).toEqual([undefined, 0])
    const next = watch(client.getAccessToken())
    await clock.advance(1_000)
    expect(next).toMatchObject({ state: 'resolved', value: expect.not.stringContaining(former) })
    expect(server.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
  })

  it('does nothing where nobody is signed in', async () => {
    const { clock, openTab } = createWorld()
    const { client } = openTab()
    await clock.advance(1_000)
    client.expire()
    await clock.advance(1_000)
    expect(client.getState()).toMatchObject({ status: 'unauthenticated', error: undefined })
  })
})

describe('isShallowEqual', () => {
  it.each<[unknown, unknown, boolean]>([
    [1, 1, true],
    [Number.NaN, Number.NaN, true],
    [1, 2, false],
    [undefined, {}, false],
    [{}, null, false],
    [{ a: 1 }, 'a', false],
    ['a', { a: 1 }, false],
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: {} }, { a: {} }, false],
    [[1], [1], true],
    [[1], { 0: 1 }, false],
    [new Date(0), new Date(1), false],
  ])('of %j and %j is %s', (one, other, equal) => {
    expect(isShallowEqual(one, other)).toBe(equal)
  })
})

describe('a client of a server or script', () => {
  it('keeps no timer of the platform alive once its work is done', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const { fetch } = createWorld()
    const client = createAuthClient({ endpoint, fetch, storage: createTabs().open().storage, clock: systemClock })
    const unmount = client.mount()
    await client.signIn(ada)
    await client.getAccessToken()
    unmount()
    await settle()
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(before)
  })
})
