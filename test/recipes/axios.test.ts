import axios from 'axios'
import { describeLibrary } from './contract.ts'

describeLibrary('axios', ({ client, url }) => {
  const api = axios.create({ baseURL: url, adapter: 'fetch', env: { fetch: client.fetch } })
  return {
    read: async () => (await api.get('/api/rows', { params: { size: 1 } })).data.results[0].Owner,
    write: async (Name) => (await api.post('/api/rows', { Name })).data.Name,
    readUntil: (signal) => api.get('/api/rows', { signal }),
    causeOf: (error) => (error as Error).cause,
  }
})
