import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { type AuthClient, AuthError, baserow, type TokenResponse } from 'authed'
import type { TokenServer } from 'authed/testing'
import type { ComponentType, ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { createMemoryRouter, type RouteObject, RouterProvider } from 'react-router'
import { expect } from 'vitest'
import { ada, openSession, show } from './stage.tsx'

/** What the examples of a page export, by file. */
export type Modules = Record<string, Record<string, unknown>>

/** One file of a page, as a play takes it; its true types are checked where the pages are compiled. */
const take = <Exports,>(modules: Modules, file: string): Exports => {
  expect(Object.keys(modules)).toContain(file)
  return modules[file] as Exports
}
interface Session {
  client: AuthClient
}
interface App {
  App: ComponentType
}
interface Orders<Answer> {
  readOrders: () => Promise<unknown>
  addOrder: (name: string) => Promise<Answer>
}
type Frame = ComponentType<{ children: ReactNode }>
type Handler = (request: Request) => Promise<Response>

const showRows = async () => {
  await waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(5))
  expect(screen.getByText('Ada Byron')).toBeDefined()
}
const click = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }))

/** Reads by a library that got `client.fetch`; the second time with a token that has died unseen. */
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
    const { App } = take<App>(modules, 'App.tsx')
    render(<App />)
    await click('Sign in')
    await showRows()
  },
  async 'stories/guides/getting-started.mdx'(modules, server) {
    const { App } = take<App>(modules, 'src/App.tsx')
    render(<App />)
    const signIn = async (password: string) => {
      fireEvent.change(await screen.findByLabelText('E-mail'), { target: { value: ada.email } })
      fireEvent.change(screen.getByLabelText('Password'), { target: { value: password } })
      await click('Sign in')
    }
    await signIn('byron')
    await screen.findByText('Wrong e-mail or password.')
    await signIn(ada.password)
    await showRows()
    await click('Sign out')
    await screen.findByLabelText('E-mail')
    await waitFor(() => expect(server.liveFamilies).toBe(0))
  },
  async 'stories/guides/moving/from-the-appsmith-guide.mdx'(modules, server) {
    const { App } = take<App>(modules, 'src/App.tsx')
    render(<App />)
    await showRows()
    expect(server.counts.signIns).toBe(1)
  },
  async 'stories/guides/moving/from-an-axios-interceptor.mdx'(modules, server) {
    const login = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ada) }
    const old = await (await server.fetch(new Request('https://api.example.com/auth/login', login))).json()
    localStorage.setItem('refresh_token', old.refresh_token)
    const { client, takeOldSession } = take<Session & { takeOldSession: () => Promise<void> }>(
      modules,
      'src/session.ts',
    )
    const { api } = take<{ api: { get: (url: string) => Promise<{ data: { results: unknown } }> } }>(
      modules,
      'src/api.ts',
    )
    await takeOldSession()
    expect(localStorage.getItem('refresh_token')).toBeNull()
    expect((await api.get('/api/rows')).data.results).toEqual(fiveRows)
    expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '1' })
    expect(server.counts).toMatchObject({ signIns: 1, unauthorized: 0 })
  },
  async 'stories/guides/moving/from-react-oidc-context.mdx'(modules) {
    const { client } = take<Session>(modules, 'src/session.ts')
    const { takeTokens } = take<{ takeTokens: (user: object) => Promise<TokenResponse> }>(modules, 'src/callback.ts')
    const accessToken = await (await openSession()).getAccessToken()
    await takeTokens({ access_token: accessToken, expires_in: 60, profile: { sub: '1' } })
    expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '1' })
    expect((await client.fetch('https://api.example.com/api/rows')).status).toBe(200)
  },
  async 'stories/guides/recipes/axios.mdx'(modules, server) {
    const { readOrders, addOrder } = take<Orders<{ data: object }>>(modules, 'src/orders.ts')
    const { explain } = take<{ explain: (error: unknown) => string }>(modules, 'src/explain.ts')
    await readTwice(take<Session>(modules, 'src/session.ts').client, server, readOrders, fiveRows)
    expect((await addOrder('Grace')).data).toMatchObject({ Name: 'Grace' })
    server.revokeSessions()
    server.expireAccessTokens()
    expect(explain(await readOrders().catch((error: unknown) => error))).toBe('Please sign in again.')
  },
  async 'stories/guides/recipes/ky.mdx'(modules, server) {
    const { readOrders, addOrder } = take<Orders<object>>(modules, 'src/orders.ts')
    await readTwice(take<Session>(modules, 'src/session.ts').client, server, readOrders, fiveRows)
    expect(await addOrder('Grace')).toMatchObject({ Name: 'Grace' })
  },
  async 'stories/guides/recipes/openapi-fetch.mdx'(modules, server) {
    const { readOrders, addOrder } = take<Orders<{ data: object }>>(modules, 'src/api.ts')
    const { client } = take<Session>(modules, 'src/session.ts')
    await readTwice(client, server, readOrders, fiveRows)
    expect((await addOrder('Grace')).data).toMatchObject({ Name: 'Grace' })
    show(take<{ Orders: ComponentType }>(modules, 'src/Orders.tsx').Orders, client)
    await screen.findByText('5 orders')
  },
  async 'stories/guides/recipes/trpc.mdx'(modules, server) {
    const { api } = take<{ api: { owner: { query: () => Promise<string> } } }>(modules, 'src/api.ts')
    await readTwice(take<Session>(modules, 'src/session.ts').client, server, () => api.owner.query(), 'Ada Lovelace')
  },
  async 'stories/guides/recipes/apollo.mdx'(modules, server) {
    const { client } = take<Session>(modules, 'src/session.ts')
    const { readOwner } = take<{ readOwner: () => Promise<string> }>(modules, 'src/owner.ts')
    type Apollo = { apollo: { clearStore: () => Promise<unknown>; extract: () => object } }
    const { apollo } = take<Apollo>(modules, 'src/apollo.ts')
    const readAnew = async () => {
      await apollo.clearStore()
      return readOwner()
    }
    await readTwice(client, server, readAnew, 'Ada Lovelace')
    expect(JSON.stringify(apollo.extract())).toContain('Lovelace')
    await client.signOut()
    expect(JSON.stringify(apollo.extract())).not.toContain('Lovelace')
  },
  async 'stories/guides/recipes/urql.mdx'(modules, server) {
    const { client } = take<Session>(modules, 'src/session.ts')
    const { readOwner } = take<{ readOwner: () => Promise<string> }>(modules, 'src/owner.ts')
    await readTwice(client, server, readOwner, 'Ada Lovelace')
    await client.signOut()
    await expect(readOwner()).rejects.toMatchObject({ code: 'signed_out' })
  },
  async 'stories/guides/recipes/react-router.mdx'(modules, server) {
    const { routes, queryClient } = take<{ routes: RouteObject[]; queryClient: QueryClient }>(modules, 'src/router.tsx')
    const { client } = take<Session>(modules, 'src/session.ts')
    const { addOrder } = take<{ addOrder: (given: object) => Promise<object> }>(modules, 'src/addOrder.ts')
    const router = createMemoryRouter(routes)
    render(
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>,
    )
    await click('Sign in')
    await waitFor(() => expect(client.getState().status).toBe('authenticated'))
    await router.navigate('/')
    await showRows()
    expect(server.counts.resources).toBe(1)
    const body = new FormData()
    body.set('Name', 'Grace')
    const request = new Request('https://app.example.com/', { method: 'POST', body })
    expect(await addOrder({ request, params: {} })).toMatchObject({ Name: 'Grace' })
  },
  async 'stories/guides/recipes/updating-after-a-mutation.mdx'(modules, server) {
    const { client } = take<Session>(modules, 'src/session.ts')
    const { Orders } = take<{ Orders: ComponentType }>(modules, 'src/Orders.tsx')
    const { AddOrder } = take<{ AddOrder: ComponentType }>(modules, 'src/AddOrder.tsx')
    const { AddAnswered } = take<{ AddAnswered: ComponentType }>(modules, 'src/AddAnswered.tsx')
    const { AddAtOnce } = take<{ AddAtOnce: ComponentType }>(modules, 'src/AddAtOnce.tsx')
    const shown = (count: number) => waitFor(() => expect(screen.queryAllByRole('listitem')).toHaveLength(count))
    await client.signIn(ada)
    show(
      () => (
        <>
          <Orders />
          <AddOrder />
          <AddAnswered />
          <AddAtOnce />
        </>
      ),
      client,
    )
    await showRows()
    await click('Add')
    // The order, and the rows anew, in which this server keeps no order.
    await waitFor(() => expect(server.counts.resources).toBe(3))
    await click('Add what is answered')
    await shown(6)
    expect(server.counts.resources).toBe(4)
    // The order is refused, and what is fetched anew never comes: the order is off the screen by itself.
    server.fail({ on: 'resource', type: 'status', status: 503 }, { on: 'resource', type: 'hang' })
    const { length } = server.log
    await click('Add at once')
    await waitFor(() => expect(server.log).toHaveLength(length + 2))
    await shown(6)
    server.fail({ on: 'resource', type: 'hang' })
    await click('Add at once')
    await shown(7)
    await client.signOut()
    await shown(0)
  },
  async 'stories/guides/recipes/nextjs.mdx'(modules) {
    const { client } = take<Session>(modules, 'app/session.ts')
    const { Providers } = take<{ Providers: Frame }>(modules, 'app/providers.tsx')
    const { default: Layout } = take<{ default: Frame }>(modules, 'app/layout.tsx')
    const { default: Page } = take<{ default: ComponentType }>(modules, 'app/orders/page.tsx')
    type Prefetch = { prefetchOrders: (accessToken: string) => Promise<object> }
    const { prefetchOrders } = take<Prefetch>(modules, 'app/orders/prefetch.ts')
    await client.signIn(ada)
    render(
      <Providers>
        <Page />
      </Providers>,
    )
    await showRows()
    const html = renderToString(
      <Layout>
        <Page />
      </Layout>,
    )
    expect(html).toContain('Loading …')
    const accessToken = await client.getAccessToken()
    const state = JSON.stringify(await prefetchOrders(accessToken))
    expect(state).toContain('Ada Lovelace')
    expect(state).not.toContain(accessToken)
  },
  async 'stories/guides/recipes/react-native.mdx'(modules) {
    const { App } = take<App>(modules, 'App.tsx')
    render(<App />)
    await click('Sign in')
    await screen.findByText('Welcome back')
    const { storage } = take<Session>(modules, 'session.ts').client.inspect()
    expect(storage).toMatchObject({ name: 'key-value store', error: undefined })
  },
  async 'stories/guides/recipes/httponly-cookies.mdx'(modules) {
    const login = take<{ POST: Handler }>(modules, 'app/auth/login/route.ts').POST
    const refresh = take<{ POST: Handler }>(modules, 'app/auth/refresh/route.ts').POST
    // A page may set no cookie by hand, so the request is only what is read of it.
    const request = (body: unknown, cookie = '') =>
      ({ json: async () => body, headers: new Map([['cookie', cookie]]) }) as unknown as Request
    const answer = await login(request(ada))
    expect(await answer.clone().json()).toMatchObject({ access_token: expect.any(String) })
    expect(await answer.text()).not.toContain('refresh_token')
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/^refresh_token=.+; Path=\/auth; HttpOnly; Secure; SameSite=Strict; Max-Age=604800$/)
    const [pair] = cookie.split(';')
    const next = await refresh(request({}, `theme=dark; ${pair}`))
    expect(next.status).toBe(200)
    expect(next.headers.getSetCookie()[0]).not.toBe(cookie)
    expect((await refresh(request({}, pair))).status).toBe(400)
    expect((await refresh(request({}))).status).toBe(400)
  },
  async 'stories/guides/errors.mdx'(modules) {
    const [first, second] = Object.values(modules) as [
      { explain: (error: unknown) => string },
      { Order: ComponentType },
    ]
    expect(first.explain(new AuthError('session_ended', 'It has ended.'))).toBe('Please sign in.')
    expect(first.explain(new AuthError('network', 'No answer.'))).toMatch(/Try again/)
    show(second.Order, await openSession(baserow('https://api.example.com')))
    await screen.findByText('There is no such order.')
  },
}
