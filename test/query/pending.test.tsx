import { act, cleanup, render, renderHook, screen, waitFor } from '@testing-library/react'
import {
  type AuthClient,
  authedInfiniteQueryOptions,
  authedQueryOptions,
  useAuthedInfiniteQuery,
  useAuthedQuery,
  useAuthedSuspenseQuery,
} from 'authed'
import { memoryStorage } from 'authed/core'
import { Suspense } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { ada, createApp, createClient, createServer, nextTurn, type Page, rowsUrl, textOf } from './app.tsx'

afterEach(cleanup)

const staleTime = 60_000
const byUrl = { queryKey: ['rows'], url: rowsUrl, staleTime, select: (page: Page) => page.results[0]?.Owner }
const byFunction = {
  queryKey: ['rows'],
  staleTime,
  queryFn: async ({ authFetch }: { authFetch: typeof fetch }) => (await (await authFetch(rowsUrl)).json()) as Page,
  select: (page: Page) => page.results[0]?.Owner,
}

/** An app that has just been loaded; what is stored can be read once `restore` was called. */
async function reload() {
  const server = createServer()
  const storage = memoryStorage()
  await createClient(server, { storage }).signIn(ada)
  let restore = () => {}
  const opened = new Promise<void>((resolve) => {
    restore = resolve
  })
  const get = async (key: string) => {
    await opened
    return storage.get(key)
  }
  return { ...createApp({ server, storage: { ...storage, get } }), restore }
}

describe('a query asked for while the session is restored', () => {
  it.each([
    ['a url', byUrl],
    ['a queryFn', byFunction],
  ])('with %s sends one request', async (_, options) => {
    const { server, restore, wrapper } = await reload()
    const { result } = renderHook(() => useAuthedQuery(options as typeof byUrl), { wrapper })
    await act(nextTurn)
    expect(server.counts.resources).toBe(0)
    restore()
    await waitFor(() => expect(result.current.data).toBe('Ada Lovelace'))
    await act(nextTurn)
    expect(server.counts.resources).toBe(1)
  })

  it('leaves nothing in flight behind', async () => {
    const { queryClient, restore, wrapper } = await reload()
    const { result } = renderHook(() => useAuthedQuery(byFunction), { wrapper })
    restore()
    await waitFor(() => expect(result.current.isSuccess).toBe(true))
    await waitFor(() => expect(queryClient.isFetching()).toBe(0))
  })

  it.each([
    ['a url', byUrl],
    ['a queryFn', byFunction],
  ])('with %s leaves nothing of its user after sign-out', async (_, options) => {
    const { client, queryClient, restore, wrapper } = await reload()
    const loaded = queryClient.fetchQuery(authedQueryOptions(client as AuthClient, options as typeof byUrl))
    const { result } = renderHook(() => useAuthedQuery(options as typeof byUrl), { wrapper })
    restore()
    await loaded
    await waitFor(() => expect(result.current.data).toBe('Ada Lovelace'))
    await act(() => client.signOut())
    expect(result.current.data).toBeUndefined()
    expect(textOf(queryClient)).not.toContain('Lovelace')
  })

  it('is idle again, and no error, when it turns out that nobody is signed in', async () => {
    const { client, wrapper } = createApp({ queries: { queries: { retry: 3 } } })
    const { result } = renderHook(() => ({ ...useAuthedQuery(byUrl) }), { wrapper })
    await waitFor(() => expect(client.getState().status).toBe('unauthenticated'))
    await act(nextTurn)
    const { status, fetchStatus, failureCount, error } = result.current
    expect({ status, fetchStatus, failureCount, error }).toEqual({
      status: 'pending',
      fetchStatus: 'idle',
      failureCount: 0,
      error: null,
    })
  })

  it('by Suspense sends one request', async () => {
    const { server, restore, wrapper } = await reload()
    render(
      <Suspense fallback={<p>loading</p>}>
        <SuspendedOwner />
      </Suspense>,
      { wrapper },
    )
    await act(nextTurn)
    expect(screen.getByText('loading')).toBeDefined()
    restore()
    await screen.findByText('Ada Lovelace')
    await act(nextTurn)
    expect(server.counts.resources).toBe(1)
  })

  it('by a loader shares its request with the screen that comes after it', async () => {
    const { client, server, queryClient, restore, wrapper } = await reload()
    const loaded = queryClient.fetchQuery(authedQueryOptions(client as AuthClient, byUrl))
    restore()
    expect(((await loaded) as Page).results[0]?.Owner).toBe('Ada Lovelace')
    const { result } = renderHook(() => useAuthedQuery(byUrl), { wrapper })
    await waitFor(() => expect(result.current.data).toBe('Ada Lovelace'))
    expect(server.counts.resources).toBe(1)
  })

  it('by a loader of pages shares its request as well', async () => {
    const { client, server, queryClient, restore, wrapper } = await reload()
    const pages = { queryKey: ['pages'], url: rowsUrl, staleTime }
    const loaded = queryClient.fetchInfiniteQuery(authedInfiniteQueryOptions<Page>(client, pages))
    restore()
    expect((await loaded).pages[0]?.results[0]?.Owner).toBe('Ada Lovelace')
    const { result } = renderHook(() => useAuthedInfiniteQuery<Page>(pages), { wrapper })
    await waitFor(() => expect(result.current.data?.pages).toHaveLength(1))
    expect(server.counts.resources).toBe(1)
  })

  it('by a loader of several pages gets them all', async () => {
    const { client, queryClient, restore } = await reload()
    const options = authedInfiniteQueryOptions<Page>(client, { queryKey: ['pages'], url: rowsUrl, staleTime })
    const loaded = queryClient.fetchInfiniteQuery({ ...options, pages: 2, getNextPageParam: options.getNextPageParam })
    restore()
    expect((await loaded).pages.map(({ results }) => results[0]?.id)).toEqual([1, 3])
  })

  it('tells a loader that nobody is signed in', async () => {
    const { client, queryClient } = createApp()
    const loaded = queryClient.fetchQuery(authedQueryOptions(client, byUrl))
    await expect(loaded).rejects.toMatchObject({ code: 'signed_out' })
  })
})

function SuspendedOwner() {
  return <p>{useAuthedSuspenseQuery(byUrl).data}</p>
}
