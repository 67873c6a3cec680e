import { describe, expect, it } from 'vitest'
import { ada, api, createWorld, endpoint, rows, settle, watch } from './world.ts'

describe('promise 2: never a dead token', () => {
  it('hands out tokens that live for at least the margin, at every second of ten lifetimes', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    for (let second = 0; second < 600; second += 7) {
      await client.getAccessToken()
      expect((client.getState().expiresAt as number) - clock.now()).toBeGreaterThanOrEqual(5_900)
      expect((await rows(client)).status).toBe(200)
      await clock.advance(7_000)
    }
    expect(server.counts.unauthorized).toBe(0)
  })

  it('hands out the token during refresh-ahead while one refresh runs in the background', async () => {
    const { clock, server, openTab } = createWorld()
    const { client, unmount } = openTab()
    await client.signIn(ada)
    unmount()
    clock.sleep(49_000)
    const former = client.peekAccessToken()
    expect(await client.getAccessToken()).toBe(former)
    await settle()
    expect(server.counts.refreshes).toBe(1)
    expect(await client.getAccessToken()).not.toBe(former)
  })

  it('makes callers wait within the margin', async () => {
    const { clock, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    const former = client.peekAccessToken()
    clock.sleep(54_000)
    expect(client.peekAccessToken()).toBeUndefined()
    expect(await client.getAccessToken()).not.toBe(former)
  })

  it('serves a token that is valid still while the refresh keeps failing, until it is dead', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    const former = client.peekAccessToken()
    server.setHealth('503')
    clock.sleep(55_000)
    expect(await client.getAccessToken()).toBe(former)
    clock.sleep(5_000)
    const waiting = watch(client.getAccessToken())
    await clock.advance(10_000)
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'server', status: 503, transient: true } })
    expect(client.getState().status).toBe('authenticated')
  })

  it('honours minValidity, at most to 80 % of the lifetime', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    await clock.advance(20_000)
    await client.getAccessToken({ minValidity: 45_000 })
    expect(server.counts.refreshes).toBe(1)
    await client.getAccessToken({ minValidity: 3_600_000 })
    expect(server.counts.refreshes).toBe(1)
  })

  it('lets a 401 decide where nobody tells the expiry', async () => {
    const { clock, server, openTab } = createWorld({ accessTokenFormat: 'opaque', expiresIn: 'omit' })
    const { client } = openTab()
    await client.signIn(ada)
    expect(client.getState().expiresAt).toBeUndefined()
    await clock.advance(60_000)
    expect((await rows(client)).status).toBe(200)
    expect(server.counts).toMatchObject({ refreshes: 1, unauthorized: 1 })
  })

  it('goes by the lifetime that it is told where the token tells none', async () => {
    const { clock, server, openTab } = createWorld({ accessTokenFormat: 'opaque', expiresIn: 'omit' })
    const { client } = openTab({ lifetime: 60_000 })
    await client.signIn(ada)
    await clock.advance(61_000)
    expect((await rows(client)).status).toBe(200)
    expect(server.counts).toMatchObject({ refreshes: 1, unauthorized: 0 })
  })

  it.each([-86_400_000, -600_000, 600_000, 86_400_000])(
    'needs no extra refresh on a clock that is %d ms off',
    async (skew) => {
      const { clock, server, openTab } = createWorld()
      const skewed = { ...clock, now: () => clock.now() + skew }
      const { client } = openTab({ clock: skewed })
      await client.signIn(ada)
      for (let minute = 0; minute < 10; minute++) {
        expect((await rows(client)).status).toBe(200)
        await clock.advance(60_000)
      }
      expect(server.counts.refreshes).toBeLessThanOrEqual(13)
      expect(server.counts.unauthorized).toBe(0)
    },
  )

  it('goes by the time that has passed when the clock is set back while it runs', async () => {
    const { clock, server, openTab } = createWorld()
    let skew = 0
    const { client } = openTab({ clock: { ...clock, now: () => clock.now() + skew } })
    await client.signIn(ada)
    await clock.advance(20_000)
    skew = -86_400_000
    await clock.advance(10_000)
    expect(server.counts.refreshes).toBe(0)
    for (let minute = 0; minute < 3; minute++) {
      await clock.advance(60_000)
      expect((await rows(client)).status).toBe(200)
    }
    expect(server.counts.unauthorized).toBe(0)
    expect(server.counts.refreshes).toBeLessThanOrEqual(5)
  })

  it('signs in by itself where nothing is stored and credentials are at hand', async () => {
    const { server, openTab } = createWorld()
    const [one, other] = [openTab({ credentials: () => ada }), openTab({ credentials: async () => ada })]
    const tokens = await Promise.all([one.client.getAccessToken(), other.client.getAccessToken()])
    expect(new Set(tokens).size).toBe(1)
    expect(server.counts.signIns).toBe(1)
  })

  it('signs in again by its credentials when the refresh token is refused', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab({ credentials: () => ada })
    await client.getAccessToken()
    server.revokeSessions()
    clock.sleep(60_000)
    await client.getAccessToken()
    expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '1' })
    expect(server.counts.signIns).toBe(2)
  })

  it('does not try refused credentials over and over', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab({ credentials: () => ({ ...ada, password: 'wrong' }) })
    for (let call = 0; call < 5; call++) {
      await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'sign_in_rejected' })
      await clock.advance(5_000)
    }
    expect(server.counts.signIns).toBe(1)
  })

  it('rejects with a typed error where nobody is signed in', async () => {
    const { openTab } = createWorld()
    await expect(openTab().client.getAccessToken()).rejects.toMatchObject({ name: 'AuthError', code: 'signed_out' })
  })

  it('ends the waiting of a caller that gives up, and of no other', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    clock.sleep(60_000)
    server.fail({ type: 'delay', delay: 3_000, on: 'refresh' })
    const controller = new AbortController()
    const [one, other] = [watch(client.getAccessToken({ signal: controller.signal })), watch(client.getAccessToken())]
    controller.abort(new Error('gone'))
    await settle()
    expect(one).toMatchObject({ state: 'rejected', error: { message: 'gone' } })
    await clock.advance(3_000)
    expect(other.state).toBe('resolved')
  })

  it.each([
    ['a page of HTML', '<!doctype html><title>Hello</title>'],
    ['an empty body', ''],
    ['no access token', '{"refresh_token":"x"}'],
    ['an access token of the wrong type', '{"access_token":42}'],
    ['null', 'null'],
  ])('keeps the session when a refresh brings %s', async (_, body) => {
    const { clock, server, openTab } = createWorld({ rotation: 'none' })
    const { client } = openTab()
    await client.signIn(ada)
    clock.sleep(60_000)
    server.fail({ type: 'replace', body, on: 'refresh' })
    const waiting = watch(client.getAccessToken())
    await settle()
    expect(client.getState()).toMatchObject({ status: 'authenticated', error: { code: 'invalid_response' } })
    await clock.advance(2_000)
    expect(waiting.state).toBe('resolved')
  })

  it.each([
    ['"60"', 60_000],
    ['-5', undefined],
    ['0', undefined],
    ['1e300', undefined],
    ['"soon"', undefined],
    ['null', undefined],
  ])('takes expires_in %s for a lifetime of %s', async (expiresIn, lifetime) => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    server.fail({ type: 'replace', body: `{"access_token":"opaque","expires_in":${expiresIn}}`, on: 'signIn' })
    await client.signIn(ada)
    expect(client.getState().expiresAt).toBe(lifetime && clock.now() + lifetime)
    expect(await client.getAccessToken()).toBe('opaque')
  })

  it('restores nothing from a stored text that it cannot read, and writes over it', async () => {
    const { tabs, openTab } = createWorld()
    tabs.stored.set('authed', '{"v":1,"accessToken":')
    const { client } = openTab()
    await settle()
    expect(client.getState().status).toBe('unauthenticated')
    await client.signIn(ada)
    expect(tabs.stored.get('authed')).toContain('"v":1')
    expect(api).toBe(endpoint.origins?.[0])
  })
})
