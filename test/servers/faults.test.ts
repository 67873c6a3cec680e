import {
  type AuthClient,
  createAuthClient,
  jsonTokenEndpoint,
  memoryStorage,
  type Wake,
  type WakeFact,
} from 'authed/core'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../../demo/server.ts'
import { startTcpProxy, type TcpProxy } from './tcpProxy.ts'

/** A page whose network comes and goes when the test says so. */
function createNetwork() {
  let online = true
  const listeners = new Set<(fact: WakeFact) => void>()
  const wake: Wake = {
    isVisible: () => true,
    isOnline: () => online,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    wake,
    turn(fact: 'online' | 'offline') {
      online = fact === 'online'
      for (const tell of listeners) tell(fact)
    },
  }
}

describe('the session behind a bad network', () => {
  const path = '/auth/refresh'
  const lines: string[] = []
  let offset: number
  let api: RunningServer
  let proxy: TcpProxy
  let network: ReturnType<typeof createNetwork>
  let client: AuthClient<{ email: string; password: string }>
  let unmount: () => void
  const now = () => Date.now() + offset
  const clock = {
    now,
    setTimeout: (callback: () => void, delay: number) => setTimeout(callback, delay),
    clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
  }

  async function start(options: { timeLimit?: number; retryDelay?: number } = {}) {
    const endpoint = jsonTokenEndpoint<{ email: string; password: string }>({
      signIn: `${proxy.url}/auth/login`,
      refresh: `${proxy.url}${path}`,
    })
    client = createAuthClient({ endpoint, clock, wake: network.wake, storage: memoryStorage(), ...options })
    unmount = client.mount()
    await client.signIn({ email: 'ada@example.com', password: 'lovelace' })
  }
  const expire = () => {
    offset += 20_000
  }
  const rows = async () => {
    const response = await client.fetch(`${proxy.url}/api/rows?size=1`)
    return (await response.json()).results[0].Owner
  }
  /** Five callers on an expired token, and what came of it. */
  async function fiveCallers(fault: string) {
    const owners = await Promise.all(Array.from({ length: 5 }, rows))
    const { refreshes, unauthorized, reuseDetections } = api.server.counts
    const { status, failureCount } = client.getState()
    lines.push(`| ${[fault, status, `${owners.length} of 5`, refreshes, unauthorized, reuseDetections].join(' | ')} |`)
    expect(owners).toEqual(Array(5).fill('Ada Lovelace'))
    expect({ status, failureCount, unauthorized, reuseDetections }).toEqual({
      status: 'authenticated',
      failureCount: 0,
      unauthorized: 0,
      reuseDetections: 0,
    })
    expect(proxy.pending).toBe(0)
  }

  beforeEach(async () => {
    offset = 0
    api = await startServer({ clock: { now } })
    proxy = await startTcpProxy(api.url)
    network = createNetwork()
  })
  afterEach(async () => {
    unmount()
    await proxy.close()
    await api.close()
  })
  afterAll(() => {
    const head =
      '| fault at the token endpoint | session | callers served | refresh requests that arrived | 401s | reuse detections |'
    console.log([head, '|---|---|---|---|---|---|', ...lines].join('\n'))
  })

  it('survives two answers of 503', async () => {
    await start()
    expire()
    api.server.fail({ type: 'status', status: 503, on: 'refresh', times: 2 })
    await fiveCallers('503 twice')
  })

  it('survives two connections that are reset before the request arrives', async () => {
    await start()
    expire()
    proxy.fail(path, { type: 'reset' }, { type: 'reset' })
    await fiveCallers('dropped twice')
  })

  it('survives a truncated sign of overload', async () => {
    await start()
    expire()
    api.server.fail({ type: 'status', status: 502, on: 'refresh', body: '<h1>Bad gateway</h1>' })
    proxy.fail(path, { type: 'truncate', bytes: 60 })
    await fiveCallers('502 cut off in its header')
  })

  it('survives a slow answer', async () => {
    await start()
    expire()
    proxy.fail(path, { type: 'delay', delay: 1_500 })
    await fiveCallers('1.5 s late')
  })

  it('survives a server that never answers, by its time limit', async () => {
    await start({ timeLimit: 500 })
    expire()
    proxy.fail(path, { type: 'hang' })
    await fiveCallers('hung for ever')
  })

  it('waits as long as a 429 asks', async () => {
    await start({ retryDelay: 0 })
    expire()
    api.server.fail({ type: 'status', status: 429, on: 'refresh', headers: { 'retry-after': '2' } })
    await fiveCallers('429 with Retry-After: 2')
    const [refused, served] = api.server.log.filter(({ kind }) => kind === 'refresh')
    expect((served?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(2_000)
  })

  it('survives three seconds without a network that nobody announces', async () => {
    await start()
    expire()
    await proxy.setNetwork('down')
    const back = new Promise((resolve) => setTimeout(resolve, 3_000)).then(() => proxy.setNetwork('up'))
    await fiveCallers('offline for 3 s, unannounced')
    await back
  })

  it('goes on at once when the network is back after it was said to be away', async () => {
    await start()
    expire()
    await proxy.setNetwork('down')
    network.turn('offline')
    const answer = fiveCallers('offline, then `online` fires')
    await expect.poll(() => client.getState()).toMatchObject({ status: 'authenticated', refreshStatus: 'paused' })
    await proxy.setNetwork('up')
    network.turn('online')
    await answer
  })

  it('goes on at once when `online` fires after a failure', async () => {
    // So long a pause would outlast the test.
    await start({ retryDelay: 3_600_000 })
    expire()
    await proxy.setNetwork('down')
    const answer = fiveCallers('failed once, then `online` fires')
    await expect.poll(() => client.getState().failureCount, { timeout: 5_000 }).toBe(1)
    await proxy.setNetwork('up')
    network.turn('online')
    await answer
  })

  it('serves the token that still lives while the endpoint is down', async () => {
    await start({ retryDelay: 3_600_000 })
    api.server.fail({ type: 'status', status: 503, on: 'refresh' })
    offset += 12_000
    expect(await rows()).toBe('Ada Lovelace')
    await expect.poll(() => client.getState().failureCount, { timeout: 5_000 }).toBe(1)
    offset += 1_000
    expect(await rows()).toBe('Ada Lovelace')
    expect(client.getState()).toMatchObject({ status: 'authenticated', revision: 1 })
    expect(api.server.counts).toMatchObject({ refreshes: 1, unauthorized: 0 })
  })

  it('cannot keep the session when the answer that rotated the token is lost, and says so', async () => {
    await start()
    expire()
    proxy.fail(path, { type: 'reset-answer' })
    await expect(rows()).rejects.toMatchObject({ code: 'session_ended', error: 'invalid_grant' })
    expect(client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'rejected' })
    expect(api.server.counts.reuseDetections).toBe(1)
  })

  it('keeps the session when the answer is lost and the server grants a moment of grace', async () => {
    await start()
    api.server.options.grace = 10_000
    expire()
    proxy.fail(path, { type: 'reset-answer' })
    await fiveCallers('answer lost, server with grace')
  })
})
