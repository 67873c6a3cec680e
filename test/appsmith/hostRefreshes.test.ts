import { createAppsmithBridge, type HostRefreshesOptions, hostRefreshes } from 'authed/appsmith'
import { baserow, createAuthClient } from 'authed/core'
import { createFakeAppsmith } from 'authed/testing'
import { describe, expect, it, vi } from 'vitest'

const auth = (revision: number, more: Record<string, unknown> = {}) => ({
  id: 'first',
  userId: '1',
  revision,
  accessToken: `access-${revision}`,
  obtainedAt: Date.now(),
  expiresAt: Date.now() + 600_000,
  ...more,
})

function setUp(model: Record<string, unknown>, options: HostRefreshesOptions = {}, mode?: 'BUILDER') {
  const page = createFakeAppsmith()
  page.answer(model, { mode })
  const bridge = createAppsmithBridge({ findHost: () => page.host })
  const client = createAuthClient({
    ...hostRefreshes(bridge, { dialect: baserow('https://api.test'), ...options }),
    timeLimit: 200,
    retryDelay: 0,
    retry: 0,
  })
  client.mount()
  return { page, client }
}

describe('hostRefreshes', () => {
  it('takes the session from the nested object of the model', async () => {
    const { client } = setUp({ auth: auth(4) })
    await expect(client.getAccessToken()).resolves.toBe('access-4')
    expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '1', revision: 4 })
  })

  it.each([['undefined'], ['null'], [''], [' '], [null], [undefined], [0]])(
    'takes the access token %j for none',
    async (accessToken) => {
      const { client } = setUp({ auth: { accessToken, revision: 'undefined' } })
      await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'signed_out' })
    },
  )

  it('does not take tokens from the top level of the model', async () => {
    const { client } = setUp(auth(1))
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'signed_out' })
  })

  it('reads numbers that a text binding has turned into texts', async () => {
    const { client } = setUp({ auth: auth(4, { revision: '4', expiresAt: String(Date.now() + 600_000) }) })
    await client.getAccessToken()
    expect(client.getState().revision).toBe(4)
  })

  it('asks the page once, and the next revision answers all who wait', async () => {
    const { page, client } = setUp({ auth: auth(1) })
    page.handle(() => setTimeout(() => page.change({ auth: auth(2) })))
    await client.getAccessToken()
    await Promise.all([client.refresh(), client.refresh(), client.refresh()])
    expect(page.events).toEqual([
      { name: 'onAuthRefresh', context: { authRequest: { id: expect.any(String), staleRevision: 1 } } },
    ])
    await expect(client.getAccessToken()).resolves.toBe('access-2')
  })

  it('follows the page to a token that somebody else has asked for', async () => {
    const { page, client } = setUp({ auth: auth(1) })
    await client.getAccessToken()
    page.change({ auth: auth(7) })
    await vi.waitFor(() => expect(client.peekAccessToken()).toBe('access-7'))
    expect(page.events).toEqual([])
  })

  it('ignores a model that still carries an older revision', async () => {
    const { page, client } = setUp({ auth: auth(5) })
    await client.getAccessToken()
    page.change({ other: true, auth: auth(4) })
    page.change({ auth: auth(6) })
    page.change({ auth: auth(5) })
    await vi.waitFor(() => expect(client.peekAccessToken()).toBe('access-6'))
    expect(client.getState().revision).toBe(6)
  })

  it('gives up waiting in time, and keeps the session', async () => {
    const { client } = setUp({ auth: auth(1) })
    await client.getAccessToken()
    await expect(client.refresh()).rejects.toMatchObject({ code: 'timeout' })
    await expect(client.getAccessToken()).resolves.toBe('access-1')
  })

  it('ends the session when the page says that it is over', async () => {
    const { page, client } = setUp({ auth: auth(1) })
    page.handle(() => page.change({ auth: auth(1, { error: { code: 'session_ended', at: 1 } }) }))
    await client.getAccessToken()
    await expect(client.refresh()).rejects.toMatchObject({ code: 'session_ended' })
    expect(client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'rejected' })
  })

  it('keeps the session when the page failed for now', async () => {
    const { page, client } = setUp({ auth: auth(1) })
    page.handle(() => page.change({ auth: auth(1, { error: 'ECONNREFUSED' }) }))
    await client.getAccessToken()
    await expect(client.refresh()).rejects.toMatchObject({ code: 'server' })
    expect(client.getState().status).toBe('authenticated')
  })

  it('takes no notice of an error that stood in the model before it asked', async () => {
    const error = { code: 'session_ended', at: 1 }
    const { page, client } = setUp({ auth: auth(1, { error }) })
    page.handle(() => {
      page.change({ unrelated: 1, auth: auth(1, { error }) })
      page.change({ auth: auth(2, { error }) })
    })
    await client.getAccessToken()
    await client.refresh()
    expect(client.getState().revision).toBe(2)
  })

  it('tells the page of a sign-out, and stays signed out while the model still shows the session', async () => {
    const { page, client } = setUp({ auth: auth(1) })
    await client.getAccessToken()
    await client.signOut()
    page.change({ unrelated: 1, auth: auth(1) })
    expect(page.events).toEqual([{ name: 'onSignOut', context: undefined }])
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'signed_out' })
  })

  it('is signed in again when the page is, though its count begins anew', async () => {
    const { page, client } = setUp({ auth: auth(9) })
    await client.getAccessToken()
    page.change({ auth: {} })
    await vi.waitFor(() => expect(client.getState().status).toBe('unauthenticated'))
    page.change({ auth: auth(1, { id: 'second' }) })
    await vi.waitFor(() => expect(client.peekAccessToken()).toBe('access-1'))
  })

  it('says at once that nobody answers in the builder', async () => {
    const { page, client } = setUp({ auth: auth(1) }, {}, 'BUILDER')
    await client.getAccessToken()
    await expect(client.refresh()).rejects.toMatchObject({
      code: 'server',
      message: expect.stringContaining('builder'),
    })
    expect(page.events).toEqual([])
  })

  it('counts by itself where the page tells no revision', async () => {
    const plain = (accessToken: string) => ({ auth: { accessToken } })
    const { page, client } = setUp(plain('one'))
    page.handle(() => page.change(plain('two')))
    await client.getAccessToken()
    await client.refresh()
    await expect(client.getAccessToken()).resolves.toBe('two')
  })
})
