import { type AuthClientOptions, createAuthClient, jsonTokenEndpoint } from 'authed/core'
import { createTabs } from 'authed/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../../demo/server.ts'
import { watch } from '../promises/world.ts'
import { startTcpProxy, type TcpProxy } from './tcpProxy.ts'

const ada = { email: 'ada@example.com', password: 'lovelace' }
const grace = { email: 'grace@example.com', password: 'hopper' }
const signIns = '/auth/login'
const refreshes = '/auth/refresh'
const rows = '/api/rows'

describe('answers that arrive in another order than they were given', () => {
  let offset: number
  let api: RunningServer
  let proxy: TcpProxy
  let tabs: ReturnType<typeof createTabs>
  let unmounts: (() => void)[]
  const now = () => Date.now() + offset
  const clock = {
    now,
    setTimeout: (callback: () => void, delay: number) => setTimeout(callback, delay),
    clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
  }
  const sleep = (duration: number) => {
    offset += duration
  }
  /** A platform that cannot break a request off: what is late comes all the same. */
  const unstoppable: typeof fetch = (input, init) => fetch(input, { ...init, signal: undefined })

  function openTab(options: Partial<AuthClientOptions<typeof ada>> = {}) {
    const endpoint = jsonTokenEndpoint<typeof ada>({
      signIn: proxy.url + signIns,
      refresh: proxy.url + refreshes,
      revoke: `${proxy.url}/auth/logout`,
    })
    const client = createAuthClient({ key: 'authed', endpoint, clock, retryDelay: 0, ...tabs.open(), ...options })
    unmounts.push(client.mount())
    const owner = async () => {
      const response = await client.fetch(`${proxy.url + rows}?size=1`)
      return response.ok ? (await response.json()).results[0].Owner : response.status
    }
    return { client, owner }
  }
  /** The answer that was held is with the client, and all that follows from it has happened. */
  const arrived = async (held: { release: () => void }) => {
    held.release()
    // A further request on the way of all others takes longer than those bytes.
    for (let turn = 0; turn < 3; turn++) await (await fetch(`${proxy.url}/control/status`)).text()
  }
  const counts = () => {
    const { refreshes, unauthorized, reuseDetections } = api.server.counts
    return { refreshes, unauthorized, reuseDetections }
  }

  beforeEach(async () => {
    offset = 0
    unmounts = []
    tabs = createTabs()
    api = await startServer({ clock: { now } })
    proxy = await startTcpProxy(api.url)
  })
  afterEach(async () => {
    for (const unmount of unmounts) unmount()
    await proxy.close()
    await api.close()
  })

  describe('promise 1: one refresh', () => {
    it.each([
      ['is broken off', fetch],
      ['cannot be broken off', unstoppable],
    ])('goes on with the newer tokens when the refresh before them %s and answers last', async (_, fetch) => {
      api.server.options.grace = 10_000
      const { client, owner } = openTab({ timeLimit: 400, fetch })
      await client.signIn(ada)
      sleep(20_000)
      const former = proxy.hold(refreshes)
      expect(await owner()).toBe('Ada Lovelace')
      const { revision } = client.getState()
      await arrived(former)
      expect(client.getState()).toMatchObject({ status: 'authenticated', revision })
      sleep(20_000)
      expect(await owner()).toBe('Ada Lovelace')
      expect(counts()).toEqual({ refreshes: 3, unauthorized: 0, reuseDetections: 0 })
    })

    it('refreshes once for five 401s that come back in reverse, some of them after the new token', async () => {
      const { client, owner } = openTab()
      await client.signIn(ada)
      api.server.expireAccessTokens()
      const held = Array.from({ length: 5 }, () => proxy.hold(rows))
      const owners = held.map(owner)
      await Promise.all(held.map(({ given }) => given))
      for (const { release } of held.toReversed()) {
        release()
        await expect.poll(() => client.getState().revision).toBe(2)
      }
      expect(await Promise.all(owners)).toEqual(Array(5).fill('Ada Lovelace'))
      expect(counts()).toEqual({ refreshes: 1, unauthorized: 5, reuseDetections: 0 })
    })

    it('does not refresh again for a 401 that another tab’s token has overtaken', async () => {
      const [one, other] = [openTab(), openTab()]
      await one.client.signIn(ada)
      await expect.poll(() => other.client.getState().status).toBe('authenticated')
      api.server.expireAccessTokens()
      const held = proxy.hold(rows)
      const owner = one.owner()
      await held.given
      await other.client.refresh()
      held.release()
      expect(await owner).toBe('Ada Lovelace')
      expect(counts()).toEqual({ refreshes: 1, unauthorized: 1, reuseDetections: 0 })
    })
  })

  describe('promise 2: never a dead token', () => {
    it('hands out no token that was dead when it came, but the next one', async () => {
      const { client, owner } = openTab()
      await client.signIn(ada)
      sleep(20_000)
      const late = proxy.hold(refreshes)
      const waiting = owner()
      await late.given
      sleep(20_000)
      late.release()
      expect(await waiting).toBe('Ada Lovelace')
      expect(counts()).toEqual({ refreshes: 2, unauthorized: 0, reuseDetections: 0 })
    })

    it('gives rows that were asked for with the former token, though they come after the new one', async () => {
      const { client, owner } = openTab()
      await client.signIn(ada)
      const held = proxy.hold(rows)
      const waiting = owner()
      await held.given
      await client.refresh()
      const token = client.peekAccessToken()
      held.release()
      expect(await waiting).toBe('Ada Lovelace')
      expect(await client.getAccessToken()).toBe(token)
      expect(counts()).toEqual({ refreshes: 1, unauthorized: 0, reuseDetections: 0 })
    })
  })

  describe('promise 4: late answers change nothing', () => {
    it.each([
      ['is broken off', fetch],
      ['cannot be broken off', unstoppable],
    ])('stays signed out when a refresh that %s answers after the sign-out', async (_, fetch) => {
      const { client } = openTab({ fetch })
      await client.signIn(ada)
      sleep(20_000)
      const late = proxy.hold(refreshes)
      const waiting = watch(client.getAccessToken())
      await late.given
      await client.signOut()
      await arrived(late)
      expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'signed_out' } })
      expect(client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'signed-out' })
      expect([tabs.stored.size, api.server.liveFamilies]).toEqual([0, 0])
    })

    it('keeps to the user who signed in last, whose answer came first', async () => {
      const { client, owner } = openTab()
      const held = proxy.hold(signIns)
      const former = watch(client.signIn(ada))
      await held.given
      await client.signIn(grace)
      await arrived(held)
      expect(former).toMatchObject({ state: 'rejected', error: { code: 'signed_out' } })
      expect(await owner()).toBe('Grace Hopper')
      await expect.poll(() => api.server.liveFamilies).toBe(1)
    })

    it('drops a refresh of one user that answers after the sign-in of the next', async () => {
      const { client, owner } = openTab({ fetch: unstoppable })
      await client.signIn(ada)
      sleep(20_000)
      const late = proxy.hold(refreshes)
      const waiting = watch(client.getAccessToken())
      await late.given
      await client.signIn(grace)
      await arrived(late)
      expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'session_ended' } })
      expect(await owner()).toBe('Grace Hopper')
      expect(tabs.stored.get('authed')).toContain('"userId":"2"')
    })

    it('drops rows of one user that arrive after the sign-in of the next', async () => {
      const { client, owner } = openTab()
      await client.signIn(ada)
      const late = proxy.hold(rows)
      const waiting = watch(owner())
      await late.given
      await client.signIn(grace)
      await arrived(late)
      expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'session_ended' } })
      expect(await owner()).toBe('Grace Hopper')
    })
  })
})
