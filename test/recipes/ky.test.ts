import ky from 'ky'
import { describeLibrary } from './contract.ts'

interface Row {
  Name: string
  Owner: string
}

describeLibrary('ky', ({ client, url }) => {
  const api = ky.create({ prefix: url, fetch: client.fetch })
  return {
    read: async () => (await api.get<{ results: Row[] }>('api/rows?size=1').json()).results[0]?.Owner,
    write: async (Name) => (await api.post<Row>('api/rows', { json: { Name } }).json()).Name,
    readUntil: async (signal) => api.get('api/rows', { signal }),
  }
})
