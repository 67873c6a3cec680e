import { Client, fetchExchange, gql } from 'urql'
import { describeLibrary } from './contract.ts'

let turn = 0
const ownerQuery = gql<{ owner: string }, { turn: number }>`
  query Owner {
    owner
  }
`
const renameMutation = gql<{ rename: string }, { name: string }>`
  mutation Rename($name: String) {
    rename(name: $name)
  }
`

describeLibrary('urql', ({ client, apis }) => {
  const api = new Client({
    url: `${apis}/graphql`,
    exchanges: [fetchExchange],
    fetch: client.fetch,
    preferGetMethod: false,
  })
  return {
    async read() {
      // Without a variable of its own urql would answer all callers by one request.
      const { data, error } = await api.query(ownerQuery, { turn: turn++ }, { requestPolicy: 'network-only' })
      if (error) throw error
      return data?.owner
    },
    async write(name) {
      const { data } = await api.mutation(renameMutation, { name })
      return data?.rename
    },
    async readUntil(signal) {
      const { unsubscribe } = api.query(ownerQuery, { turn: turn++ }).subscribe(() => {})
      signal.addEventListener('abort', unsubscribe)
    },
    causeOf: (error) => (error as { networkError?: Error }).networkError,
  }
})
