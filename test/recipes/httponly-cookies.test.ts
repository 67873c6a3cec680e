import { createAuthClient, jsonTokenEndpoint, memoryStorage } from 'authed/core'
import { createTabs, createTokenServer } from 'authed/testing'
import { describe, expect, it } from 'vitest'

const api = 'https://app.test'

/** A browser whose tabs share one cookie jar and nothing on the disk. */
function createBrowser() {
  const server = createTokenServer({ refreshTokenIn: 'cookie' })
  const tabs = createTabs()
  let cookie = ''
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    if (init?.credentials === 'include' && cookie) request.headers.set('cookie', cookie)
    const response = await server.fetch(request)
    for (const set of response.headers.getSetCookie()) cookie = set.split(';')[0] ?? ''
    return response
  }
  const openTab = () =>
    createAuthClient<{ email: string; password: string }>({
      endpoint: jsonTokenEndpoint({
        signIn: `${api}/auth/login`,
        refresh: `${api}/auth/refresh`,
        revoke: `${api}/auth/logout`,
        refreshTokenIn: 'cookie',
      }),
      fetch,
      ...tabs.open(),
      storage: memoryStorage(),
    })
  return { server, openTab }
}

const ada = { email: 'ada@example.com', password: 'lovelace' }

describe('an HttpOnly cookie and sessions in memory', () => {
  it('give each tab a token of its own, and spend no refresh token twice', async () => {
    const { server, openTab } = createBrowser()
    await openTab().signIn(ada)
    const tabs = Array.from({ length: 5 }, openTab)
    const tokens = await Promise.all(tabs.map((tab) => tab.getAccessToken()))
    expect(new Set(tokens).size).toBe(5)
    expect(tokens.every(server.isActive)).toBe(true)
    expect(server.counts).toMatchObject({ signIns: 1, refreshes: 5, reuseDetections: 0 })
  })

  it('tell a tab with its next refresh that another one has signed out', async () => {
    const { server, openTab } = createBrowser()
    const [one, other] = [openTab(), openTab()]
    await one.signIn(ada)
    await other.getAccessToken()
    await one.signOut()
    server.expireAccessTokens()
    await other.refresh().catch(() => {})
    expect(other.getState().status).toBe('unauthenticated')
    await expect(other.getAccessToken()).rejects.toMatchObject({ code: 'session_ended' })
  })
})
