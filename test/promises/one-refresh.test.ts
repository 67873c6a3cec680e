import { describe, expect, it } from 'vitest'
import { ada, api, createWorld, rows, settle, watch } from './world.ts'

describe('promise 1: one refresh', () => {
  it('refreshes once for a burst of callers in one tab', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    clock.sleep(60_000)
    await Promise.all(Array.from({ length: 50 }, () => client.getAccessToken()))
    expect(server.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
  })

  it('refreshes once for a burst of 401s', async () => {
    const { server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    server.expireAccessTokens()
    const answers = await Promise.all(Array.from({ length: 20 }, () => rows(client)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    expect(server.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
  })

  it('refreshes once when eight tabs wake with the same dead token, fifty times', async () => {
    const { clock, server, openTab } = createWorld()
    const open = Array.from({ length: 8 }, () => openTab())
    await open[0]?.client.signIn(ada)
    await settle()
    for (let round = 1; round <= 50; round++) {
      clock.sleep(60_000)
      const tokens = await Promise.all(open.map(({ client }) => client.getAccessToken()))
      expect(new Set(tokens).size).toBe(1)
      expect(server.counts.refreshes).toBe(round)
      await clock.advance(1_000)
    }
    expect(server.counts).toMatchObject({ reuseDetections: 0, signIns: 1 })
  })

  it('does not send a refresh token again after it was spent by another tab that could not write', async () => {
    const { clock, server, tabs, openTab } = createWorld()
    const [one, other] = [openTab(), openTab()]
    await one.client.signIn(ada)
    await settle()
    clock.sleep(60_000)
    tabs.setStorage('full')
    await one.client.getAccessToken()
    const waiting = watch(other.client.getAccessToken())
    await settle()
    expect(waiting.state).toBe('waiting')
    tabs.setStorage('well')
    await clock.advance(2_000)
    expect(waiting).toMatchObject({ state: 'resolved', value: one.client.peekAccessToken() })
    expect(server.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
  })

  it('adopts a newer token that another tab has stored instead of ending the session', async () => {
    const { clock, server, openTab } = createWorld()
    const [one, other] = [openTab(), openTab()]
    await one.client.signIn(ada)
    await settle()
    clock.sleep(60_000)
    const tokens = await Promise.all([one.client.getAccessToken(), other.client.getAccessToken()])
    expect(tokens[0]).toBe(tokens[1])
    expect(other.client.inspect().timeline.map(({ type }) => type)).toContain('adopted')
    expect(server.counts.refreshes).toBe(1)
  })

  it('keeps the refresh token of a server that does not rotate', async () => {
    const { clock, server, openTab } = createWorld({ rotation: 'none' })
    const { client } = openTab()
    await client.signIn(ada)
    for (let round = 0; round < 3; round++) {
      clock.sleep(60_000)
      expect((await rows(client)).status).toBe(200)
    }
    expect(server.counts).toMatchObject({ refreshes: 3, signIns: 1, unauthorized: 0 })
  })

  it('sends no refresh token where it lives in a cookie', async () => {
    const { clock, server, sent, openTab } = createWorld()
    const { client } = openTab({
      endpoint: {
        signIn: async () => ({ accessToken: 'first', expiresIn: 60_000, userId: 1 }),
        refresh: async (refreshToken, { fetch, signal }) => {
          expect(refreshToken).toBeUndefined()
          await fetch(`${api}/auth/refresh`, { method: 'POST', credentials: 'include', signal })
          return { accessToken: 'second', expiresIn: 60_000, userId: 1 }
        },
        refreshTokenIn: 'cookie',
      },
    })
    await settle()
    expect(await client.getAccessToken()).toBe('second')
    clock.sleep(60_000)
    expect(await client.getAccessToken()).toBe('second')
    expect(server.counts.refreshes).toBe(2)
    expect(sent.every(({ credentials }) => credentials === 'include')).toBe(true)
  })
})
