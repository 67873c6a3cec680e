import { describe, expect, it } from 'vitest'
import { ada, api, createWorld, endpoint, rows, settle, watch } from './world.ts'

describe('promise 6: no storms, no loops', () => {
  it('replays once after a 401, with the next token', async () => {
    const { server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    server.expireAccessTokens()
    expect((await rows(client)).status).toBe(200)
    expect(server.counts).toMatchObject({ unauthorized: 1, refreshes: 1, resources: 2 })
  })

  it('surfaces the 401 of a fresh token', async () => {
    const { server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    server.fail({ type: 'status', status: 401, on: 'resource', times: 2 })
    expect((await client.fetch(`${api}/api/rows`)).status).toBe(401)
    expect(server.counts).toMatchObject({ refreshes: 1, resources: 2 })
  })

  it('does not refresh again for a 401 that an older token earned', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    server.fail({ type: 'delay', delay: 5_000, on: 'resource' })
    const slow = watch(rows(client))
    await settle()
    server.expireAccessTokens()
    expect((await rows(client)).status).toBe(200)
    await clock.advance(6_000)
    expect(slow.value?.status).toBe(200)
    expect(server.counts.refreshes).toBe(1)
  })

  it('does not refresh for a 401 that is not about the token', async () => {
    const { server, openTab } = createWorld()
    const { client } = openTab({
      endpoint: {
        signIn: async () => ({ accessToken: 'good', refreshToken: 'x' }),
        refresh: async () => ({ accessToken: 'better' }),
        origins: [api],
        isTokenRejected: async (response) => (await response.text()).includes('expired'),
      },
    })
    await client.signIn(ada)
    server.fail({ type: 'status', status: 401, body: 'you may not', on: 'resource' })
    const answer = await client.fetch(`${api}/api/rows`)
    expect([answer.status, await answer.text()]).toEqual([401, 'you may not'])
    expect(client.getState().revision).toBe(1)
  })

  it('replays also where the 401 was judged without reading it', async () => {
    const { server, openTab } = createWorld()
    const { client } = openTab({
      endpoint: { ...endpoint, isTokenRejected: ({ headers }) => headers.get('content-type') !== null },
    })
    await client.signIn(ada)
    server.expireAccessTokens()
    const answer = watch(rows(client))
    await settle()
    expect(answer).toMatchObject({ state: 'resolved', value: { status: 200 } })
  })

  it('caps the refreshes of an API that refuses every token, and says so', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    server.fail({ type: 'status', status: 401, on: 'resource', times: 1_000 })
    const codes: (string | number)[] = []
    for (let call = 0; call < 20; call++) {
      const answer = watch(client.fetch(`${api}/api/rows`))
      await clock.advance(1_100)
      codes.push(answer.value?.status ?? (answer.error as { code: string }).code)
    }
    expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401))
    expect(new Set(codes.slice(10))).toEqual(new Set(['refresh_limit']))
    expect(server.counts.refreshes).toBe(10)
    expect(client.getState()).toMatchObject({ status: 'authenticated', error: { code: 'refresh_limit' } })
    server.heal()
    await clock.advance(60_000)
    expect((await rows(client)).status).toBe(200)
  })

  it.each([300, 1_000, 2_000])('makes do with tokens that live %d ms', async (accessTokenLifetime) => {
    const { clock, server, openTab } = createWorld({ accessTokenLifetime, accessTokenFormat: 'opaque' })
    const { client } = openTab()
    await client.signIn(ada)
    for (let second = 0; second < 20; second++) {
      const answer = watch(rows(client))
      await clock.advance(1_000)
      expect(answer.value?.status).toBe(200)
    }
    expect(server.counts.refreshes).toBeLessThanOrEqual(21)
    expect(server.counts.reuseDetections).toBe(0)
  })

  it('keeps a second between two refreshes', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    await client.refresh()
    const second = watch(client.refresh())
    await clock.advance(900)
    expect(server.counts.refreshes).toBe(1)
    await clock.advance(200)
    expect(second.state).toBe('resolved')
    expect(server.counts.refreshes).toBe(2)
  })

  it('makes few attempts while the server is down for an hour', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab({ retryDelay: undefined })
    await client.signIn(ada)
    server.setHealth('503')
    await clock.advance(3_600_000)
    expect(server.counts.refreshes).toBeLessThan(400)
    expect(client.getState().status).toBe('authenticated')
    server.heal()
    await clock.advance(31_000)
    expect(client.peekAccessToken()).toBeDefined()
  })

  it('sends a body again at the replay', async () => {
    const { server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    server.expireAccessTokens()
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"Name":"Streamed"}'))
        controller.close()
      },
    })
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } }
    const answer = await client.fetch(`${api}/api/rows`, init as RequestInit)
    expect(await answer.json()).toMatchObject({ Name: 'Streamed' })
    expect(server.counts.unauthorized).toBe(1)
  })

  it('leaves it to the page whether a hidden tab refreshes', async () => {
    const { clock, server, openTab } = createWorld()
    const tab = openTab()
    await tab.client.signIn(ada)
    tab.show('hidden')
    await clock.advance(300_000)
    expect(server.counts.refreshes).toBe(0)
    tab.show('visible')
    await settle()
    expect(server.counts.refreshes).toBe(1)
  })
})
