import { createAuthClient, jsonTokenEndpoint, memoryStorage } from 'authed/core'
import axios from 'axios'
import ky from 'ky'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../../demo/server.ts'

let api: RunningServer

beforeEach(async () => {
  api = await startServer()
})
afterEach(() => api.close())

/** A client that remembers what it has sent, as the wire saw it. */
async function createWatched() {
  const bodies: string[] = []
  const client = createAuthClient({
    endpoint: jsonTokenEndpoint({ signIn: `${api.url}/auth/login`, refresh: `${api.url}/auth/refresh` }),
    storage: memoryStorage(),
    async fetch(input, init) {
      const request = new Request(input, init)
      if (request.url.endsWith('/api/rows')) bodies.push(await request.clone().text())
      return fetch(request)
    },
  })
  await client.signIn({ email: 'ada@example.com', password: 'lovelace' })
  // So that each of the uploads has to be sent twice.
  api.server.expireAccessTokens()
  return { client, bodies }
}

describe('an upload that is sent once more after a 401', () => {
  it('is whole when axios streams it to tell of its progress', async () => {
    const { client, bodies } = await createWatched()
    const http = axios.create({ baseURL: api.url, adapter: 'fetch', env: { fetch: client.fetch } })
    const loaded: number[] = []
    const { data } = await http.post(
      '/api/rows',
      { Name: 'Ada' },
      { onUploadProgress: (event) => void loaded.push(event.loaded) },
    )
    expect(data.Name).toBe('Ada')
    expect(bodies).toEqual(['{"Name":"Ada"}', '{"Name":"Ada"}'])
    expect(loaded.at(-1)).toBe(14)
  })

  it('is whole when it is a form with a file', async () => {
    const { client, bodies } = await createWatched()
    const form = new FormData()
    form.set('picture', new Blob(['a picture of Ada'], { type: 'image/png' }), 'ada.png')
    await ky.post(`${api.url}/api/rows`, { body: form, fetch: client.fetch })
    const [first, second] = bodies
    expect(first).toContain('a picture of Ada')
    expect(second).toBe(first)
  })
})
