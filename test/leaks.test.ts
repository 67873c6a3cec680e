import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createAuthClient, memoryStorage, type Wake } from 'authed/core'
import { createFakeClock } from 'authed/testing'
import { describe, expect, it } from 'vitest'
import { endpoint } from './promises/world.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Bytes that are still in use once everything that nobody holds has been let go. */
async function heap() {
  for (let round = 0; round < 4; round++) {
    await turn()
    collect()
  }
  return process.memoryUsage().heapUsed
}

/** A client on ports that count what is attached to them. */
function countedClient() {
  const clock = createFakeClock()
  const attached = { wake: 0, channel: 0 }
  const count = (port: 'wake' | 'channel') => {
    attached[port]++
    return () => void attached[port]--
  }
  const wake: Wake = { isVisible: () => true, isOnline: () => true, subscribe: () => count('wake') }
  let served = 0
  const client = createAuthClient({
    endpoint: {
      ...endpoint,
      signIn: async () => ({ accessToken: 'first', refreshToken: 'r', expiresIn: 60_000, userId: 1 }),
      refresh: async () => ({ accessToken: `next ${++served}`, expiresIn: 60_000 }),
    },
    storage: { ...memoryStorage(), reach: 'browser' },
    lock: { name: 'none', run: (_key, task) => task() },
    channel: { post: () => {}, subscribe: () => count('channel') },
    clock,
    wake,
  })
  return { client, clock, attached }
}

const cycles = 10_000

describe('ten thousand times', () => {
  it('mounts and unmounts, and leaves neither timer nor listener', { timeout: 60_000 }, async () => {
    const { client, clock, attached } = countedClient()
    await client.signIn({ email: '', password: '' })
    const cycle = async () => {
      const unmount = client.mount()
      expect(attached).toEqual({ wake: 1, channel: 1 })
      await turn()
      unmount()
    }
    for (let count = 0; count < 500; count++) await cycle()
    const before = await heap()
    for (let count = 0; count < cycles; count++) await cycle()
    expect(attached).toEqual({ wake: 0, channel: 0 })
    expect(clock.pending).toBe(0)
    expect((await heap()) - before).toBeLessThan(400_000)
  })

  it('refreshes, and keeps nothing of the tokens before', { timeout: 60_000 }, async () => {
    const { client, clock } = countedClient()
    await client.signIn({ email: '', password: '' })
    const cycle = async () => {
      clock.sleep(60_000)
      await client.getAccessToken()
    }
    for (let count = 0; count < 500; count++) await cycle()
    const before = await heap()
    for (let count = 0; count < cycles; count++) await cycle()
    expect(client.getState().revision).toBe(cycles + 501)
    expect(client.inspect()).toMatchObject({ waiting: 0, holdsLock: false })
    expect(clock.pending).toBe(0)
    expect((await heap()) - before).toBeLessThan(400_000)
  })

  it('waits and gives up, and forgets who waited', { timeout: 60_000 }, async () => {
    const { client, clock } = countedClient()
    await client.signIn({ email: '', password: '' })
    const cycle = async () => {
      const controller = new AbortController()
      clock.sleep(60_000)
      const waiting = client.getAccessToken({ signal: controller.signal }).catch(() => {})
      controller.abort()
      await waiting
      await turn()
    }
    for (let count = 0; count < 500; count++) await cycle()
    const before = await heap()
    for (let count = 0; count < cycles; count++) await cycle()
    expect(client.inspect().waiting).toBe(0)
    expect((await heap()) - before).toBeLessThan(400_000)
  })

  it('opens and closes tabs, and lets each client go', { timeout: 60_000 }, async () => {
    const cycle = async () => {
      const { client } = countedClient()
      const unmount = client.mount()
      await client.signIn({ email: '', password: '' })
      await client.getAccessToken()
      unmount()
    }
    for (let count = 0; count < 500; count++) await cycle()
    const before = await heap()
    for (let count = 0; count < cycles; count++) await cycle()
    expect((await heap()) - before).toBeLessThan(400_000)
  })
})
