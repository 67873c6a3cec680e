// @vitest-environment node
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { AuthProvider, authedQueryOptions, useAuthedQuery } from 'authed'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { ada, createClient, createServer, rowsUrl } from './app.tsx'

const rows = { queryKey: ['rows'], url: rowsUrl }

function Rows() {
  const { isLoading, data } = useAuthedQuery(rows)
  return <p>{isLoading ? 'loading' : String(data)}</p>
}

describe('useAuthedQuery on a server', () => {
  it('renders the loading screen and asks for nothing', async () => {
    const server = createServer()
    const client = createClient(server)
    const queryClient = new QueryClient()
    const html = renderToString(
      <QueryClientProvider client={queryClient}>
        <AuthProvider client={client}>
          <Rows />
        </AuthProvider>
      </QueryClientProvider>,
    )
    expect(html).toBe('<p>loading</p>')
    expect(server.log).toEqual([])
  })

  it('prefetches for whoever is signed in there', async () => {
    const server = createServer()
    const client = createClient(server)
    await client.signIn(ada)
    const queryClient = new QueryClient()
    await queryClient.prefetchQuery(authedQueryOptions(client, rows))
    const { queryKey } = authedQueryOptions(client, rows)
    expect(queryClient.getQueryData(queryKey)).toMatchObject({ count: 6 })
  })
})
