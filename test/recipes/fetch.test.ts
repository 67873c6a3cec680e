import { describeLibrary } from './contract.ts'

describeLibrary('fetch itself', ({ client, url }) => ({
  async read() {
    const response = await client.fetch(`${url}/api/rows?size=1`)
    return (await response.json()).results[0].Owner
  },
  async write(Name) {
    const headers = { 'content-type': 'application/json' }
    const response = await client.fetch(`${url}/api/rows`, { method: 'POST', headers, body: JSON.stringify({ Name }) })
    return (await response.json()).Name
  },
  readUntil: (signal) => client.fetch(`${url}/api/rows`, { signal }),
}))
