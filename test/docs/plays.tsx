import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { type AuthClient, AuthError, baserow } from 'authed'
import type { TokenServer } from 'authed/testing'
import type { ComponentType, ReactNode } from 'react'
import { expect } from 'vitest'
import { ada, openSession, show } from './stage.tsx'

/** What the examples of a page export, by file; their types are checked where the pages are compiled. */
// biome-ignore lint/suspicious/noExplicitAny: examples are loaded by name
export type Modules = Record<string, Record<string, any>>

const rows = async () => {
  await waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(5))
  expect(screen.getByText('Ada Byron')).toBeDefined()
}
const click = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }))

/** Reads and writes by a library that got `client.fetch`; the second time with a token that has died unseen. */
async function readTwice(client: AuthClient, server: TokenServer, read: () => Promise<unknown>, expected: unknown) {
  await client.signIn(ada)
  expect(await read()).toEqual(expected)
  server.expireAccessTokens()
  expect(await read()).toEqual(expected)
  expect(server.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
}
const fiveRows = Array(5).fill(expect.objectContaining({ Owner: 'Ada Lovelace' }))

/** What the examples of a page do, beyond being loaded. Pages without a play have their components rendered. */
export const plays: Record<string, (modules: Modules, server: TokenServer) => Promise<void>> = {
  async 'README.md'(modules) {
    render(<Example of={modules['App.tsx']?.App} />)
    await click('Sign in')
    await rows()
  },
  async 'stories/guides/getting-started.mdx'(modules, server) {
    render(<Example of={modules['src/App.tsx']?.App} />)
    const form = async (password: string) => {
      fireEvent.change(await screen.findByLabelText('E-mail'), { target: { value: ada.email } })
      fireEvent.change(screen.getByLabelText('Password'), { target: { value: password } })
      await click('Sign in')
    }
    await form('byron')
    await screen.findByText('Wrong e-mail or password.')
    await form(ada.password)
    await rows()
    await click('Sign out')
    await screen.findByLabelText('E-mail')
    expect(server.liveFamilies).toBe(0)
  },
  async 'stories/guides/moving/from-the-appsmith-guide.mdx'(modules, server) {
    render(<Example of={modules['src/App.tsx']?.App} />)
    await rows()
    expect(server.counts.signIns).toBe(1)
  },
  async 'stories/guides/moving/from-an-axios-interceptor.mdx'(modules, server) {
    const old = await openSession()
    localStorage.setItem('access_token', await old.getAccessToken())
    const { client, takeOldSession } = modules['src/session.ts'] ?? {}
    await takeOldSession()
    expect(localStorage.getItem('access_token')).toBeNull()
    const { api } = modules['src/api.ts'] ?? {}
    expect((await api.get('/api/rows')).data.results).toEqual(fiveRows)
    expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '1' })
    expect(server.counts).toMatchObject({ signIns: 1, unauthorized: 0 })
  },
  async 'stories/guides/moving/from-react-oidc-context.mdx'(modules) {
    const accessToken = await (await openSession()).getAccessToken()
    await modules['src/callback.ts']?.takeTokens({ access_token: accessToken, expires_in: 60, profile: { sub: '1' } })
    const { client } = modules['src/session.ts'] ?? {}
    expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '1' })
    expect((await client.fetch('https://api.example.com/api/rows')).status).toBe(200)
  },
  async 'stories/guides/recipes/axios.mdx'(modules, server) {
    const { readOrders, addOrder } = modules['src/orders.ts'] ?? {}
    await readTwice(modules['src/session.ts']?.client, server, readOrders, fiveRows)
    expect((await addOrder('Grace')).data.Name).toBe('Grace')
    server.revokeSessions()
    server.expireAccessTokens()
    const error = await readOrders().catch((reason: unknown) => reason)
    expect(modules['src/explain.ts']?.explain(error)).toBe('Please sign in again.')
  },
  async 'stories/guides/recipes/ky.mdx'(modules, server) {
    const { readOrders, addOrder } = modules['src/orders.ts'] ?? {}
    await readTwice(modules['src/session.ts']?.client, server, readOrders, fiveRows)
    expect((await addOrder('Grace')).Name).toBe('Grace')
  },
  async 'stories/guides/recipes/openapi-fetch.mdx'(modules, server) {
    const { readOrders, addOrder } = modules['src/api.ts'] ?? {}
    const { client } = modules['src/session.ts'] ?? {}
    await readTwice(client, server, readOrders, fiveRows)
    expect((await addOrder('Grace')).data.Name).toBe('Grace')
    show(modules['src/Orders.tsx']?.Orders, client)
    await screen.findByText('5 orders')
  },
  async 'stories/guides/recipes/trpc.mdx'(modules, server) {
    const read = () => modules['src/api.ts']?.api.owner.query()
    await readTwice(modules['src/session.ts']?.client, server, read, 'Ada Lovelace')
  },
  async 'stories/guides/recipes/apollo.mdx'(modules, server) {
    const { client } = modules['src/session.ts'] ?? {}
    const { apollo } = modules['src/apollo.ts'] ?? {}
    const read = async () => {
      const owner = await modules['src/owner.ts']?.readOwner()
      await apollo.clearStore()
      return owner
    }
    await readTwice(client, server, read, 'Ada Lovelace')
    await modules['src/owner.ts']?.readOwner()
    expect(JSON.stringify(apollo.extract())).toContain('Lovelace')
    await client.signOut()
    expect(JSON.stringify(apollo.extract())).not.toContain('Lovelace')
  },
  async 'stories/guides/recipes/urql.mdx'(modules, server) {
    const { client } = modules['src/session.ts'] ?? {}
    await readTwice(client, server, modules['src/owner.ts']?.readOwner, 'Ada Lovelace')
    await client.signOut()
    await expect(modules['src/owner.ts']?.readOwner()).rejects.toMatchObject({ code: 'signed_out' })
  },
  async 'stories/guides/recipes/react-router.mdx'(modules, server) {
    const { createMemoryRouter, RouterProvider } = await import('react-router')
    const { routes, queryClient } = modules['src/router.tsx'] ?? {}
    const { client } = modules['src/session.ts'] ?? {}
    const { QueryClientProvider } = await import('@tanstack/react-query')
    const router = createMemoryRouter(routes)
    render(
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>,
    )
    await click('Sign in')
    await waitFor(() => expect(client.getState().status).toBe('authenticated'))
    await router.navigate('/')
    await rows()
    expect(server.counts.resources).toBe(1)
    const body = new FormData()
    body.set('Name', 'Grace')
    const request = new Request('https://app.example.com/', { method: 'POST', body })
    expect(await modules['src/addOrder.ts']?.addOrder({ request, params: {} })).toMatchObject({ Name: 'Grace' })
  },
  async 'stories/guides/recipes/nextjs.mdx'(modules) {
    const { client } = modules['app/session.ts'] ?? {}
    await client.signIn(ada)
    const Providers: ComponentType<{ children: ReactNode }> = modules['app/providers.tsx']?.Providers
    render(
      <Providers>
        <Example of={modules['app/orders/page.tsx']?.default} />
      </Providers>,
    )
    await rows()
    const { renderToString } = await import('react-dom/server')
    const Layout: ComponentType<{ children: ReactNode }> = modules['app/layout.tsx']?.default
    const Page: ComponentType = modules['app/orders/page.tsx']?.default
    expect(
      renderToString(
        <Layout>
          <Page />
        </Layout>,
      ),
    ).toContain('Loading …')
    const state = await modules['app/orders/prefetch.ts']?.prefetchOrders(await client.getAccessToken())
    expect(JSON.stringify(state)).toContain('Ada Lovelace')
    expect(JSON.stringify(state)).not.toContain(await client.getAccessToken())
  },
  async 'stories/guides/recipes/react-native.mdx'(modules) {
    render(<Example of={modules['App.tsx']?.App} />)
    await click('Sign in')
    await screen.findByText('Welcome back')
    expect(modules['session.ts']?.client.inspect().storage).toMatchObject({ name: 'key-value store', error: undefined })
  },
  async 'stories/guides/recipes/httponly-cookies.mdx'(modules) {
    const login = modules['app/auth/login/route.ts']?.POST
    const refresh = modules['app/auth/refresh/route.ts']?.POST
    const post = (body: unknown, cookie = '') => {
      const text = JSON.stringify(body)
      // A page may set no cookie by hand, so the request is what is read of it.
      return { json: async () => JSON.parse(text), headers: new Map([['cookie', cookie]]) } as unknown as Request
    }
    const answer: Response = await login(post(ada))
    expect(await answer.clone().json()).toMatchObject({ access_token: expect.any(String) })
    expect(await answer.text()).not.toContain('refresh_token')
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/^refresh_token=.+; Path=\/auth; HttpOnly; Secure; SameSite=Strict; Max-Age=604800$/)
    const next: Response = await refresh(post({}, `theme=dark; ${cookie.split(';')[0]}`))
    expect(next.status).toBe(200)
    expect(next.headers.getSetCookie()[0]).not.toBe(cookie)
    expect((await refresh(post({}, cookie.split(';')[0]))).status).toBe(400)
    expect((await refresh(post({}))).status).toBe(400)
  },
  async 'stories/guides/errors.mdx'(modules) {
    const [first, second] = Object.values(modules)
    expect(first?.explain(new AuthError('session_ended', 'It has ended.'))).toBe('Please sign in.')
    expect(first?.explain(new AuthError('network', 'No answer.'))).toMatch(/Try again/)
    show(second?.Order, await openSession(baserow('https://api.example.com')))
    await screen.findByText('There is no such order.')
  },
}

const Example = ({ of: Shown }: { of: ComponentType }) => <Shown />
