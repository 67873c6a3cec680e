import { baserow, createAuthClient, jsonTokenEndpoint, memoryStorage, oauth2, type TokenEndpoint } from 'authed/core'
import { afterEach, describe, expect, it, vi } from 'vitest'

afterEach(() => vi.unstubAllGlobals())

describe('the session of one backend', () => {
  const keyOf = (endpoint: TokenEndpoint<never>, key?: string) => createAuthClient({ endpoint, key }).key

  it('is not sent to another one on the same storage', async () => {
    const storage = memoryStorage()
    const clientOf = (origin: string) => {
      const asked: string[] = []
      const fetch: typeof globalThis.fetch = async (input) => {
        asked.push(String(input))
        return Response.json({ access_token: `token of ${origin}`, refresh_token: 'r' })
      }
      const endpoint = jsonTokenEndpoint({ signIn: `${origin}/login`, refresh: `${origin}/refresh` })
      return { asked, client: createAuthClient({ endpoint, storage, fetch }) }
    }
    await clientOf('https://one.test').client.signIn({})
    const { asked, client } = clientOf('https://other.test')
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'signed_out' })
    expect(asked).toEqual([])
    expect(await clientOf('https://one.test').client.getAccessToken()).toBe('token of https://one.test')
  })

  it('has a key of its own by default, and any other that one likes', () => {
    const oauth = (clientId: string) => keyOf(oauth2({ tokenUrl: 'https://id.test/token', clientId }))
    expect(oauth('one')).not.toBe(oauth('other'))
    expect(keyOf(jsonTokenEndpoint({ refresh: '/one/refresh' }))).not.toBe(
      keyOf(jsonTokenEndpoint({ refresh: '/other/refresh' })),
    )
    expect(keyOf({})).toBe('authed')
    expect(keyOf(baserow('https://api.test'), 'mine')).toBe('mine')
  })
})

describe('a server', () => {
  it('keeps the sessions of its clients apart: without IndexedDB nothing reaches other tabs', async () => {
    const { key, ...inspection } = createAuthClient({ endpoint: {} }).inspect()
    expect(inspection).toMatchObject({ storage: { reach: 'tab' }, lock: undefined })
    vi.stubGlobal('indexedDB', {})
    expect(createAuthClient({ endpoint: {} }).inspect()).toMatchObject({ storage: { reach: 'browser' } })
  })
})
