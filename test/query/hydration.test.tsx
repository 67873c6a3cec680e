import { dehydrate, HydrationBoundary, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, waitFor } from '@testing-library/react'
import { AuthProvider, authedQueryOptions, useAuthedQuery } from 'authed'
import { memoryStorage } from 'authed/core'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it } from 'vitest'
import { ada, createClient, createServer, nextTurn, type Page, rowsUrl } from './app.tsx'

afterEach(cleanup)

const rows = {
  queryKey: ['rows'],
  url: rowsUrl,
  staleTime: 60_000,
  select: (page: Page) => page.results[0]?.Owner,
}

function Rows() {
  const { isLoading, data } = useAuthedQuery(rows)
  return <p>{isLoading ? 'loading' : data}</p>
}

describe('hydration', () => {
  it.each(['yet to be restored', 'known already'])(
    'finds what the server rendered and shows the rows fetched there, with a session %s',
    async (session) => {
      const server = createServer()
      const onServer = createClient(server)
      const storage = memoryStorage()
      await onServer.signIn(ada)
      await createClient(server, { storage }).signIn(ada)
      const serverCache = new QueryClient()
      await serverCache.prefetchQuery(authedQueryOptions(onServer, rows))
      const client = createClient(server, { storage })
      const queryClient = new QueryClient()
      const screenOf = (who: typeof client, cache: QueryClient) => (
        <QueryClientProvider client={cache}>
          <HydrationBoundary state={dehydrate(serverCache)}>
            <AuthProvider client={who}>
              <Rows />
            </AuthProvider>
          </HydrationBoundary>
        </QueryClientProvider>
      )
      const container = document.createElement('div')
      document.body.append(container)
      container.innerHTML = renderToString(screenOf(onServer, serverCache))
      expect(container.textContent).toBe('loading')
      if (session === 'known already') await client.getAccessToken()
      const { error } = console
      const complaints: unknown[] = []
      console.error = (...words) => void complaints.push(words)
      const before = server.counts.resources
      await act(async () => void render(screenOf(client, queryClient), { container, hydrate: true }))
      await waitFor(() => expect(container.textContent).toBe('Ada Lovelace'))
      await act(nextTurn)
      console.error = error
      expect(complaints).toEqual([])
      expect(server.counts.resources).toBe(before)
    },
  )
})
