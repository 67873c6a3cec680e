import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { describeLibrary } from './contract.ts'

const ownerQuery = gql`
  query Owner {
    owner
  }
`
const renameMutation = gql`
  mutation Rename($name: String) {
    rename(name: $name)
  }
`

describeLibrary('Apollo Client', ({ client, apis }) => {
  const api = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: `${apis}/graphql`, fetch: client.fetch }),
    // Each call of the tests shall be a request of its own.
    queryDeduplication: false,
  })
  return {
    async read() {
      const { data } = await api.query<{ owner: string }>({ query: ownerQuery, fetchPolicy: 'no-cache' })
      return data?.owner
    },
    async write(name) {
      const { data } = await api.mutate<{ rename: string }>({ mutation: renameMutation, variables: { name } })
      return data?.rename
    },
    readUntil: (signal) =>
      api.query({ query: ownerQuery, fetchPolicy: 'no-cache', context: { fetchOptions: { signal } } }),
  }
})
