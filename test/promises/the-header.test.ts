import { describe, expect, it } from 'vitest'
import { ada, api, createWorld } from './world.ts'

describe('promise 5: the header goes where it is allowed', () => {
  it.each([
    'https://evil.test/api/rows',
    'https://api.test.evil.test/api/rows',
    'http://api.test/api/rows',
    'https://api.test:8443/api/rows',
  ])('sends nothing at all to %s', async (url) => {
    const { sent, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    const before = sent.length
    await expect(client.fetch(url)).rejects.toMatchObject({ code: 'origin_not_allowed', transient: false })
    expect(sent.length).toBe(before)
  })

  it('is not fooled by a user name that looks like the API', async () => {
    const { sent, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    const before = sent.length
    await expect(client.fetch('https://api.test@evil.test/api/rows')).rejects.toThrow()
    expect(sent.length).toBe(before)
  })

  it('goes to origins that are named', async () => {
    const { sent, openTab } = createWorld()
    const { client } = openTab({ allowedOrigins: ['https://rows.test'] })
    await client.signIn(ada)
    await client.fetch('https://rows.test/api/rows')
    expect(sent.at(-1)?.headers.get('authorization')).toBe(`Bearer ${client.peekAccessToken()}`)
    await expect(client.fetch(`${api}/api/rows`)).rejects.toMatchObject({ code: 'origin_not_allowed' })
  })

  it('keeps method, body, headers and signal of a Request', async () => {
    const { openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    const request = new Request(`${api}/api/rows`, {
      method: 'POST',
      body: JSON.stringify({ Name: 'New' }),
      headers: { 'content-type': 'application/json', 'x-own': '1' },
    })
    const answer = await client.fetch(request)
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ Name: 'New' })
  })

  it('puts no token into any URL', async () => {
    const { clock, sent, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    const tokens = [client.peekAccessToken() as string]
    clock.sleep(60_000)
    tokens.push(await client.getAccessToken())
    await client.fetch(`${api}/api/rows?page=1`)
    await client.signOut()
    for (const { url } of sent) for (const token of tokens) expect(url).not.toContain(token)
  })
})
