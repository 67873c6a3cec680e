import { describe, expect, it } from 'vitest'
import { ada, createWorld, grace, rows, settle, watch } from './world.ts'

describe('promise 3: the session survives everything but its end', () => {
  it.each([
    ['503 twice', { type: 'status', status: 503, times: 2 }],
    ['500 twice', { type: 'status', status: 500, times: 2 }],
    ['408', { type: 'status', status: 408 }],
    ['425', { type: 'status', status: 425 }],
    ['429', { type: 'status', status: 429 }],
    ['404', { type: 'status', status: 404 }],
    ['403 as a page of HTML', { type: 'status', status: 403, body: '<html>captive portal</html>' }],
    ['a connection dropped twice', { type: 'drop', when: 'before', times: 2 }],
  ] as const)('survives %s, and callers get their token without anybody’s doing', async (_, fault) => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    clock.sleep(60_000)
    server.fail({ ...fault, on: 'refresh' })
    const waiting = watch(client.getAccessToken())
    await clock.advance(4_000)
    expect(waiting.state).toBe('resolved')
    expect(client.getState()).toMatchObject({ status: 'authenticated', failureCount: 0, error: undefined })
    expect(server.counts.reuseDetections).toBe(0)
  })

  it('survives a server that never answers, by a time limit', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab({ timeLimit: 5_000 })
    await client.signIn(ada)
    clock.sleep(60_000)
    server.fail({ type: 'hang', on: 'refresh' })
    const waiting = watch(client.getAccessToken())
    await clock.advance(4_900)
    expect(waiting.state).toBe('waiting')
    await clock.advance(200)
    expect(client.getState().error?.code).toBe('timeout')
    await clock.advance(1_000)
    expect(waiting.state).toBe('resolved')
  })

  it('waits as long as Retry-After says', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    clock.sleep(60_000)
    server.fail({ type: 'status', status: 429, headers: { 'retry-after': '20' }, on: 'refresh' })
    const waiting = watch(client.getAccessToken())
    await clock.advance(19_000)
    expect(server.counts.refreshes).toBe(1)
    await clock.advance(1_100)
    expect(waiting.state).toBe('resolved')
    expect(server.counts.refreshes).toBe(2)
  })

  it('waits while offline and starts at once when the network is back', async () => {
    const { clock, server, openTab } = createWorld()
    const tab = openTab()
    await tab.client.signIn(ada)
    tab.connect('offline')
    server.setHealth('dropped')
    clock.sleep(60_000)
    const waiting = watch(tab.client.getAccessToken())
    await clock.advance(3_000)
    expect(tab.client.getState().refreshStatus).toBe('paused')
    expect(waiting.state).toBe('waiting')
    expect(server.counts.refreshes).toBeLessThanOrEqual(1)
    server.heal()
    tab.connect('online')
    await settle()
    expect(waiting.state).toBe('resolved')
  })

  it('tries again at once when the page wakes in the middle of a pause', async () => {
    const { clock, server, openTab } = createWorld()
    const tab = openTab({ retryDelay: 30_000 })
    await tab.client.signIn(ada)
    clock.sleep(60_000)
    server.fail({ type: 'drop', when: 'before', on: 'refresh' })
    const waiting = watch(tab.client.getAccessToken())
    await clock.advance(2_000)
    expect(waiting.state).toBe('waiting')
    tab.show('visible')
    await settle()
    expect(waiting.state).toBe('resolved')
  })

  it.each(['full', 'forbidden'] as const)('goes on in memory on a storage that is %s', async (health) => {
    const { clock, server, tabs, openTab } = createWorld()
    tabs.setStorage(health)
    const { client } = openTab()
    await client.signIn(ada)
    for (let round = 0; round < 3; round++) {
      clock.sleep(60_000)
      expect((await rows(client)).status).toBe(200)
      await clock.advance(1_000)
    }
    expect(server.counts).toMatchObject({ refreshes: 3, reuseDetections: 0, signIns: 1 })
    expect(client.inspect().storage.error).toMatch(/not available/)
  })

  it('is the same user after a reload', async () => {
    const { openTab } = createWorld()
    const first = openTab()
    await first.client.signIn(ada)
    const token = first.client.peekAccessToken()
    first.unmount()
    const second = openTab()
    expect(second.client.getState().status).toBe('pending')
    expect(await second.client.getAccessToken()).toBe(token)
    expect(second.client.getState()).toMatchObject({ status: 'authenticated', userId: '1' })
  })

  describe('a storage that is slow to answer when the page opens', () => {
    /** A tab that opens on somebody's session, and whose storage answers nothing before it is told to. */
    const openOnSilentStorage = async (options: Parameters<ReturnType<typeof createWorld>['openTab']>[0] = {}) => {
      const world = createWorld()
      const former = world.openTab()
      await former.client.signIn(ada)
      former.unmount()
      let answer = () => {}
      const answering = new Promise<void>((resolve) => {
        answer = resolve
      })
      const get = (key: string) => answering.then(() => former.storage.get(key))
      return { ...world, answer, ...world.openTab({ storage: { ...former.storage, get }, ...options }) }
    }

    it('keeps the tab waiting, and its callers get their token', async () => {
      const { clock, server, client, answer } = await openOnSilentStorage()
      const waiting = watch(client.getAccessToken())
      await clock.advance(8_000)
      expect([client.getState().status, waiting.state]).toEqual(['pending', 'waiting'])
      answer()
      await settle()
      expect(waiting).toMatchObject({ state: 'resolved', value: client.peekAccessToken() })
      expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '1', failureCount: 0 })
      expect(server.counts).toMatchObject({ signIns: 1, refreshes: 0 })
    })

    it('turns callers away as `retry` says, and finds the session all the same when the storage answers', async () => {
      const { clock, client, answer } = await openOnSilentStorage({ retry: 1 })
      const waiting = watch(client.getAccessToken())
      await clock.advance(3_100)
      expect(waiting.state).toBe('waiting')
      await clock.advance(3_000)
      expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'storage', transient: true } })
      // Somebody may want to sign in meanwhile.
      expect(client.getState()).toMatchObject({ status: 'unauthenticated', error: { code: 'storage' } })
      expect(client.getState().endReason).toBeUndefined()
      await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'storage' })
      await clock.advance(60_000)
      answer()
      await clock.advance(30_000)
      expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '1', error: undefined })
    })

    it('tries again at once when the page wakes', async () => {
      const { clock, client, answer, show } = await openOnSilentStorage({ retry: false, retryDelay: 3_600_000 })
      await clock.advance(4_000)
      expect(client.getState().status).toBe('unauthenticated')
      answer()
      await settle()
      show('visible')
      await settle()
      expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '1' })
    })

    it('says that nobody is signed in where it finds nobody in the end', async () => {
      const { clock, tabs, client, answer } = await openOnSilentStorage({ retry: false })
      await clock.advance(4_000)
      tabs.stored.clear()
      answer()
      await clock.advance(10_000)
      expect(client.getState()).toMatchObject({ status: 'unauthenticated', error: undefined })
      await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'signed_out' })
    })

    it('lets somebody sign in meanwhile, and out', async () => {
      const { clock, client, answer } = await openOnSilentStorage()
      const signing = watch(client.signIn(grace))
      await clock.advance(10_000)
      expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '2' })
      answer()
      await clock.advance(10_000)
      expect([signing.state, client.getState().userId]).toEqual(['resolved', '2'])
      await client.signOut()
      await clock.advance(60_000)
      expect(client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'signed-out' })
    })

    it('is asked again with each call where the client is not mounted', async () => {
      const { clock, client, answer, unmount } = await openOnSilentStorage({ retry: false })
      unmount()
      const waiting = watch(client.getAccessToken())
      await clock.advance(4_000)
      expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'storage' } })
      expect(clock.pending).toBe(0)
      answer()
      await client.getAccessToken().catch(() => {})
      await settle()
      expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '1' })
    })

    it('is not waited for where a cookie brings the next token', async () => {
      const refresh = async () => ({ accessToken: 'by cookie', expiresIn: 60_000 })
      const { clock, tabs, client } = await openOnSilentStorage({ endpoint: { refreshTokenIn: 'cookie', refresh } })
      tabs.stored.clear()
      const waiting = watch(client.getAccessToken())
      // Once to restore, and twice under the lock.
      await clock.advance(9_500)
      expect(waiting).toMatchObject({ state: 'resolved', value: 'by cookie' })
    })

    it('tells of the session that another tab stores while it is read for the first time', async () => {
      const { tabs, openTab, ...world } = await openOnSilentStorage()
      const slow = tabs.open()
      const former = tabs.stored.get('authed')
      let reads = 0
      const get = async (key: string) => {
        if (reads++ > 0) return slow.storage.get(key)
        await settle()
        return former
      }
      const { client } = openTab({ ...slow, storage: { ...slow.storage, get } })
      const other = openTab()
      await other.client.signIn(grace)
      await world.clock.advance(1_000)
      expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '2' })
    })

    it('is not asked any more once the client is unmounted', async () => {
      const { clock, unmount } = await openOnSilentStorage({ retry: false })
      await clock.advance(4_000)
      unmount()
      await clock.advance(60_000)
      expect(clock.pending).toBe(0)
    })
  })

  it('survives a night in a closed laptop', async () => {
    const { clock, server, openTab } = createWorld()
    const tab = openTab()
    await tab.client.signIn(ada)
    clock.sleep(9 * 3_600_000)
    tab.show('visible')
    await settle()
    expect(tab.client.peekAccessToken()).toBeDefined()
    expect(server.counts).toMatchObject({ refreshes: 1, unauthorized: 0 })
  })

  it('ends at a terminal answer, in all tabs, and says why', async () => {
    const { clock, server, openTab } = createWorld()
    const [one, other] = [openTab(), openTab()]
    await one.client.signIn(ada)
    await settle()
    server.revokeSessions()
    clock.sleep(60_000)
    await expect(one.client.getAccessToken()).rejects.toMatchObject({
      code: 'session_ended',
      status: 400,
      error: 'invalid_grant',
    })
    await settle()
    expect(one.client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'rejected' })
    expect(other.client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'signed-out-elsewhere' })
  })

  it('ends by its own expiry', async () => {
    const { clock, openTab } = createWorld({ refreshTokenLifetime: 120_000, rotation: 'none' })
    const { client } = openTab()
    await client.signIn(ada)
    expect(client.getState().sessionExpiresAt).toBeLessThanOrEqual(clock.now() + 120_000)
    clock.sleep(130_000)
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'session_ended' })
    expect(client.getState().endReason).toBe('expired')
  })

  it('ends with its token where nothing is there to refresh it with', async () => {
    const { clock, openTab } = createWorld()
    const { client } = openTab()
    await client.setTokens({ accessToken: 'alone', expiresIn: 60_000 })
    await clock.advance(60_100)
    expect(client.getState()).toMatchObject({
      status: 'unauthenticated',
      endReason: 'expired',
      error: { code: 'session_ended' },
    })
  })
})
