import { createAppsmithBridge, widgetRefreshes } from 'authed/appsmith'
import { baserow, createAuthClient } from 'authed/core'
import { createFakeAppsmith, createTokenServer } from 'authed/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const credentials = { email: 'ada@example.com', password: 'lovelace' }
type Tokens = { accessToken: string; refreshToken: string; revision: number } | null

function setUp({ rotation = 'rotating' as 'rotating' | 'none', page = createFakeAppsmith(), echoTime = 5_000 } = {}) {
  const server = createTokenServer({ rotation })
  const make = () => {
    const bridge = createAppsmithBridge({ findHost: () => page.host })
    const client = createAuthClient({
      endpoint: baserow('https://api.test'),
      storage: widgetRefreshes(bridge, { echoTime }),
      fetch: (input, init) => server.fetch(new Request(input, init)),
    })
    client.mount()
    return client
  }
  const sent = () => page.events.map(({ context }) => context?.tokens as Tokens)
  /** The page does what the guide says: keep, and show. */
  const keep = () => page.handle((_, { tokens }) => setTimeout(() => page.change({ auth: tokens })))
  return { server, page, make, sent, keep }
}

describe('widgetRefreshes', () => {
  let warn: ReturnType<typeof vi.spyOn>
  beforeEach(() => {
    warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  })
  afterEach(() => warn.mockRestore())

  it('hands the tokens to the page as one object, after each change', async () => {
    const { page, make, sent, keep } = setUp()
    keep()
    page.answer({ auth: null })
    const client = make()
    await client.signIn(credentials)
    await client.refresh()
    expect(sent().map((tokens) => tokens?.revision)).toEqual([1, 2])
    expect(page.events.every(({ name }) => name === 'onTokens')).toBe(true)
  })

  it('starts from what the page keeps, without a password', async () => {
    const { page, make, keep } = setUp()
    keep()
    page.answer({ auth: null })
    await make().signIn(credentials)
    await vi.waitFor(() => expect(page.host.model.auth).toMatchObject({ revision: 1 }))
    await expect(make().getAccessToken()).resolves.toBe((page.host.model.auth as { accessToken: string }).accessToken)
  })

  it('ignores echoes of older revisions', async () => {
    const { page, make, sent } = setUp()
    page.answer({ auth: null })
    const client = make()
    await client.signIn(credentials)
    page.change({ auth: sent()[0] })
    await client.refresh()
    const token = await client.getAccessToken()
    page.change({ auth: sent()[0], unrelated: true })
    await expect(client.getAccessToken()).resolves.toBe(token)
    await client.refresh()
    expect(client.getState().revision).toBe(3)
  })

  it('does not fall back to a former session that the model still shows', async () => {
    const { page, make, sent, server } = setUp()
    page.answer({ auth: null })
    const client = make()
    await client.signIn(credentials)
    page.change({ auth: sent()[0] })
    await client.signIn({ email: 'grace@example.com', password: 'hopper' })
    page.change({ auth: sent()[0], unrelated: true })
    await client.refresh()
    expect(client.getState().userId).toBe('2')
    expect(server.counts.reuseDetections).toBe(0)
  })

  it('works on in memory and says so once, without a token, where the event is not declared', async () => {
    const { page, make } = setUp({ echoTime: 1 })
    page.answer({ auth: null })
    const client = make()
    await client.signIn(credentials)
    await client.refresh()
    page.change({ unrelated: true })
    await expect(client.getAccessToken()).resolves.toBeTypeOf('string')
    await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce())
    expect(warn.mock.calls[0]?.[0]).toMatch(/"onTokens"/)
    expect(warn.mock.calls[0]?.[0]).not.toContain(await client.getAccessToken())
  })

  it('says nothing where the page answers in time', async () => {
    const { page, make, keep } = setUp({ echoTime: 30 })
    keep()
    page.answer({ auth: null })
    await make().signIn(credentials)
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(warn).not.toHaveBeenCalled()
  })

  it('ends the session when the page, having kept it, throws it away', async () => {
    const { page, make, sent } = setUp()
    page.answer({ auth: null })
    const client = make()
    await client.signIn(credentials)
    page.change({ auth: sent()[0] })
    page.change({ auth: null })
    await vi.waitFor(() => expect(client.getState().status).toBe('unauthenticated'))
  })

  it('stays signed out while the model still shows the session that was removed', async () => {
    const { page, make, sent } = setUp()
    page.answer({ auth: null })
    const client = make()
    await client.signIn(credentials)
    page.change({ auth: sent()[0] })
    await client.signOut()
    page.change({ auth: sent()[0], unrelated: true })
    expect(sent().at(-1)).toBeNull()
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'signed_out' })
  })

  it('takes over what another widget of the page has fetched', async () => {
    const { page, make, keep } = setUp()
    keep()
    page.answer({ auth: null })
    const [one, other] = [make(), make()]
    await one.signIn(credentials)
    await vi.waitFor(() => expect(other.getState().status).toBe('authenticated'))
    await one.refresh()
    await vi.waitFor(() => expect(other.getState().revision).toBe(2))
  })

  it('survives two widgets that refresh at once, on a server that does not rotate', async () => {
    const { page, make, keep, server } = setUp({ rotation: 'none' })
    keep()
    page.answer({ auth: null })
    const [one, other] = [make(), make()]
    await one.signIn(credentials)
    await vi.waitFor(() => expect(other.getState().status).toBe('authenticated'))
    await Promise.all([one.refresh(), other.refresh()])
    await Promise.all([one.refresh(), other.refresh()])
    expect(server.liveFamilies).toBe(1)
  })
})
