import axios from 'axios'
import { expect, it } from 'vitest'
import { describeLibrary } from './contract.ts'

/** As in the recipe. */
const createApi = (baseURL: string, fetch: typeof globalThis.fetch) =>
  axios.create({ baseURL, adapter: 'fetch', env: { fetch }, headers: { 'User-Agent': false } })

describeLibrary('axios', ({ client, url }) => {
  const api = createApi(url, client.fetch)
  return {
    read: async () => (await api.get('/api/rows', { params: { size: 1 } })).data.results[0].Owner,
    write: async (Name) => (await api.post('/api/rows', { Name })).data.Name,
    readUntil: (signal) => api.get('/api/rows', { signal }),
    causeOf: (error) => (error as Error).cause,
  }
})

it('axios names no user agent of its own, for which Firefox would need the leave of the API (CORS)', async () => {
  const seen: Headers[] = []
  const api = createApi('https://api.test', async (input, init) => {
    seen.push(new Request(input, init).headers)
    return Response.json({})
  })
  await api.get('/')
  expect([...(seen[0]?.keys() ?? [])]).toEqual(['accept'])
})
