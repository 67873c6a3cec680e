import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import {
  type AuthClient,
  AuthProvider,
  createAuthClient,
  jsonTokenEndpoint,
  memoryStorage,
  type TokenEndpoint,
} from 'authed'
import { createTokenServer } from 'authed/testing'
import { type ComponentType, StrictMode } from 'react'
import { vi } from 'vitest'
import { startApis } from '../recipes/api.ts'

/** Somebody whom the token server knows, by the names of every dialect. */
export const ada = { email: 'ada@example.com', username: 'ada@example.com', password: 'lovelace' }

/**
 * What the examples of a page run on: a token server behind every address that they name, and a list of what went
 * wrong without an exception.
 */
export async function openStage() {
  const server = createTokenServer({ rowCount: 5 })
  const apis = await startApis(server)
  const { fetch } = globalThis
  const complaints: string[] = []
  const answer = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url)
    if (/^\/(trpc|graphql)/.test(pathname)) {
      const { method, headers } = request
      const body = method === 'GET' ? undefined : await request.text()
      const {
        status,
        headers: answered,
        body: content,
      } = await fetch(`${apis.url}${pathname}${search}`, { method, headers, body })
      // Anew, since by its URL it would come from another origin.
      return new Response(content, { status, headers: answered })
    }
    const response = await server.fetch(request)
    if (/URL_NOT_FOUND|URL_TRAILING_SLASH/.test(await response.clone().text())) {
      complaints.push(`Nobody answers ${request.method} ${request.url}.`)
    }
    return response
  }
  vi.stubGlobal('fetch', (input: RequestInfo | URL, init?: RequestInit) =>
    answer(new Request(typeof input === 'string' ? new URL(input, 'https://app.example.com') : input, init)),
  )
  vi.spyOn(console, 'error').mockImplementation((...words) => void complaints.push(words.join(' ')))
  return {
    server,
    complaints,
    async close() {
      vi.unstubAllGlobals()
      vi.restoreAllMocks()
      await apis.close()
    },
  }
}

const bearer = jsonTokenEndpoint<typeof ada>({
  signIn: 'https://api.example.com/auth/login',
  refresh: 'https://api.example.com/auth/refresh',
})

/** A signed-in client, for examples that bring none. */
export async function openSession(endpoint: TokenEndpoint<typeof ada> = bearer): Promise<AuthClient> {
  const client = createAuthClient({ endpoint, storage: memoryStorage() })
  await client.signIn(ada)
  return client as AuthClient
}

/** Renders an example within its providers. */
export const show = (Example: ComponentType, client: AuthClient) =>
  render(
    <StrictMode>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <AuthProvider client={client}>
          <Example />
        </AuthProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
