import createClient from 'openapi-fetch'
import { describeLibrary } from './contract.ts'

interface Row {
  Name: string
  Owner: string
}

/** What `openapi-typescript` would make of the API's description. */
interface paths {
  '/api/rows': {
    get: {
      parameters: { query?: { size?: number } }
      responses: { 200: { content: { 'application/json': { results: Row[] } } } }
    }
    post: {
      requestBody: { content: { 'application/json': { Name: string } } }
      responses: { 201: { content: { 'application/json': Row } } }
    }
  }
}

describeLibrary('openapi-fetch', ({ client, url }) => {
  const api = createClient<paths>({ baseUrl: url, fetch: client.fetch })
  return {
    async read() {
      const { data } = await api.GET('/api/rows', { params: { query: { size: 1 } } })
      return data?.results[0]?.Owner
    },
    write: async (Name) => (await api.POST('/api/rows', { body: { Name } })).data?.Name,
    readUntil: (signal) => api.GET('/api/rows', { signal }),
  }
})
