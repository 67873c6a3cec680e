import { QueryClient, type QueryClientConfig, QueryClientProvider } from '@tanstack/react-query'
import { AuthProvider } from 'authed'
import { type AuthClientOptions, type BaserowCredentials, baserow, createAuthClient, memoryStorage } from 'authed/core'
import { createTokenServer, type Row, type TokenServer, type TokenServerOptions } from 'authed/testing'
import { type ReactNode, StrictMode } from 'react'

/** A page of rows as the token server answers it. */
export interface Page {
  count: number
  next: string | null
  results: Row[]
}

export const api = 'https://api.test'
export const rowsUrl = `${api}/api/database/rows/table/1/?size=2`
export const ada = { email: 'ada@example.com', password: 'lovelace' }
export const grace = { email: 'grace@example.com', password: 'hopper' }

export const createServer = (options?: TokenServerOptions) =>
  createTokenServer({ rowCount: 6, accessTokenLifetime: 600_000, ...options })

/** A client on the token server. */
export const createClient = (server: TokenServer, options: Partial<AuthClientOptions<BaserowCredentials>> = {}) =>
  createAuthClient({
    key: 'authed',
    endpoint: baserow(api),
    fetch: (input, init) => server.fetch(new Request(input, init)),
    storage: memoryStorage(),
    ...options,
  })

/** A client, a cache, and the providers around a screen; in StrictMode, as everywhere. */
export function createApp({
  server = createServer(),
  queries,
  ...options
}: Partial<AuthClientOptions<BaserowCredentials>> & {
  server?: TokenServer
  queries?: QueryClientConfig['defaultOptions']
} = {}) {
  const client = createClient(server, options)
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false }, ...queries } })
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <AuthProvider client={client}>{children}</AuthProvider>
      </QueryClientProvider>
    </StrictMode>
  )
  return { server, client, queryClient, wrapper }
}

/** Everything that a cache holds, as text. */
export const textOf = (queryClient: QueryClient) =>
  JSON.stringify([
    queryClient
      .getQueryCache()
      .getAll()
      .map(({ queryKey, state }) => [queryKey, state]),
    queryClient
      .getMutationCache()
      .getAll()
      .map(({ state, meta }) => [state, meta]),
  ])

/** Lets everything that is under way come through TanStack Query, which tells its news by a timer. */
export async function nextTurn() {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve))
}

/** Holds up requests for rows until it is opened. */
export function createGate(server: TokenServer) {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const answer = server.fetch(request)
    if (request.method === 'GET') await opened
    return answer
  }
  return { open, fetch }
}
