import { createAuthClient, type TokenEndpoint } from 'authed/core'
import { createFaults } from 'authed/devtools'
import { describe, expect, it } from 'vitest'
import { ada, createWorld, endpoint, rows, watch } from '../promises/world.ts'

/** A signed-in client that suffers from whatever `faults` says. */
async function practise(retryDelay = 1_000) {
  const { clock, server, tabs, fetch } = createWorld()
  const faults = createFaults()
  const client = createAuthClient(faults.wrap({ endpoint, clock, fetch, retryDelay, ...tabs.open() }))
  const unmount = client.mount()
  await client.signIn(ada)
  return { clock, server, faults, client, unmount }
}

describe('createFaults', () => {
  it('lets everything through as long as nothing is switched on', async () => {
    const { clock, server, faults, client } = await practise()
    expect(faults.getState()).toEqual({ endpoint: 'none', isOffline: false, skew: 0 })
    await clock.advance(120_000)
    expect(await rows(client)).toMatchObject({ status: 200 })
    expect(server.counts).toMatchObject({ unauthorized: 0, reuseDetections: 0 })
  })

  it('makes the endpoint answer 503, and the session lives on', async () => {
    const { clock, server, faults, client } = await practise()
    faults.set({ endpoint: '503' })
    client.expire()
    await clock.advance(3_000)
    expect(client.getState()).toMatchObject({ status: 'authenticated', error: { code: 'server', status: 503 } })
    expect(server.counts.refreshes).toBe(0)
    faults.set({ endpoint: 'none' })
    await clock.advance(3_000)
    expect(client.getState()).toMatchObject({ revision: 2, failureCount: 0, error: undefined })
  })

  it('makes the endpoint ask for five seconds of patience, which it gets', async () => {
    const { clock, faults, client } = await practise()
    faults.set({ endpoint: '429' })
    client.expire()
    await clock.advance(1_000)
    expect(client.getState().error).toMatchObject({ status: 429, retryAfter: 5_000 })
    faults.set({ endpoint: 'none' })
    await clock.advance(3_000)
    expect(client.getState().revision).toBe(1)
    await clock.advance(2_000)
    expect(client.getState().revision).toBe(2)
  })

  it('makes the endpoint slow, and the answer counts all the same', async () => {
    const { clock, faults, client } = await practise()
    faults.set({ endpoint: 'slow' })
    void client.refresh()
    await clock.advance(2_900)
    expect(client.getState()).toMatchObject({ revision: 1, refreshStatus: 'refreshing' })
    await clock.advance(1_200)
    expect(client.getState().revision).toBe(2)
  })

  it('makes the endpoint hang, until the time limit', async () => {
    const { clock, server, faults, client } = await practise()
    faults.set({ endpoint: 'hung' })
    client.refresh().catch(() => {})
    await clock.advance(11_500)
    expect(client.getState()).toMatchObject({ status: 'authenticated', error: { code: 'timeout' } })
    expect(server.counts.refreshes).toBe(0)
  })

  it('makes the endpoint refuse the refresh token, but not who signs in', async () => {
    const { clock, server, faults, client } = await practise()
    faults.set({ endpoint: 'rejected' })
    client.expire()
    await clock.advance(2_000)
    expect(client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'rejected' })
    await client.signIn(ada)
    expect(client.getState().status).toBe('authenticated')
    expect(server.counts).toMatchObject({ refreshes: 0, signIns: 2 })
  })

  it('takes the network away and brings it back, which is heard at once', async () => {
    const { clock, faults, client } = await practise(20_000)
    faults.set({ isOffline: true })
    expect(client.getState().refreshStatus).toBe('paused')
    const answer = watch(rows(client))
    client.expire()
    await clock.advance(2_000)
    expect(answer.state).toBe('rejected')
    faults.set({ isOffline: false })
    await clock.advance(1_000)
    expect(client.getState()).toMatchObject({ refreshStatus: 'idle', revision: 2 })
  })

  it('sets the clock wrong and right again, and no dead token is handed out', async () => {
    const { clock, server, faults, client } = await practise()
    for (const skew of [3_600_000, 0, -3_600_000]) {
      faults.set({ skew })
      await clock.advance(10_000)
      expect(await rows(client)).toMatchObject({ status: 200 })
    }
    expect(server.counts).toMatchObject({ unauthorized: 0, reuseDetections: 0 })
  })

  it('tells who listens of each change, until that has heard enough', () => {
    const faults = createFaults()
    const heard: unknown[] = []
    const stop = faults.subscribe(() => heard.push(faults.getState().endpoint))
    faults.set({ endpoint: '503' })
    stop()
    faults.set({ endpoint: 'none' })
    expect(heard).toEqual(['503'])
  })

  it('leaves an endpoint with methods of its own what it was', async () => {
    class Own implements TokenEndpoint<string> {
      readonly scheme = 'JWT'
      readonly #secret = 'kept'
      signIn(name: string) {
        return { accessToken: `${this.#secret}-${name}`, expiresIn: 60_000 }
      }
    }
    const { endpoint } = createFaults().wrap({ endpoint: new Own() })
    expect([endpoint.scheme, endpoint.refresh]).toEqual(['JWT', undefined])
    const client = createAuthClient({ endpoint, storage: createWorld().tabs.open().storage })
    await client.signIn('ada')
    expect(await client.getAccessToken()).toBe('kept-ada')
  })
})
