import { dehydrate, hydrate, keepPreviousData, QueryClient, QueryObserver } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { authedQueryOptions, useAuthedQuery } from 'authed'
import { createTabs } from 'authed/testing'
import { afterEach, describe, expect, it } from 'vitest'
import {
  ada,
  createApp,
  createClient,
  createGate,
  createServer,
  grace,
  nextTurn,
  type Page,
  rowsUrl,
  textOf,
} from './app.tsx'

afterEach(cleanup)

const pageOf = (page: number) => ({
  queryKey: ['rows', page],
  url: `${rowsUrl}&page=${page}`,
  select: ({ results }: Page) => `${results[0]?.Owner} ${results[0]?.id}`,
})

describe('the data of a former user', () => {
  it('leaves cache and screen at sign-out, watched or not', async () => {
    const { client, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedQuery(pageOf(1)), { wrapper })
    await waitFor(() => expect(result.current.data).toBe('Ada Lovelace 1'))
    await queryClient.prefetchQuery(authedQueryOptions(client, pageOf(2)))
    await act(() => client.signOut())
    expect(textOf(queryClient)).not.toContain('Lovelace')
    expect(queryClient.getQueryCache().findAll({ queryKey: ['rows', 2] })).toEqual([])
    expect(result.current.data).toBeUndefined()
  })

  it('leaves a watched query in the cache, empty, where it is found when the user is back', async () => {
    const { client, queryClient } = createApp()
    await client.signIn(ada)
    const observer = new QueryObserver(queryClient, authedQueryOptions(client, pageOf(1)))
    const unsubscribe = observer.subscribe(() => {})
    await waitFor(() => expect(observer.getCurrentResult().data).toBe('Ada Lovelace 1'))
    await client.signOut()
    expect(observer.getCurrentResult().data).toBeUndefined()
    await client.signIn(ada)
    await queryClient.refetchQueries({ queryKey: ['rows'] })
    expect(observer.getCurrentResult().data).toBe('Ada Lovelace 1')
    unsubscribe()
  })

  it('leaves both when somebody signs out in another tab', async () => {
    const { app, here, there, queryClient } = await twoTabs()
    await act(() => there.signOut())
    await waitFor(() => expect(here.getState().endReason).toBe('signed-out-elsewhere'))
    await act(nextTurn)
    expect(textOf(queryClient)).not.toContain('Lovelace')
    expect(app.current.data).toBeUndefined()
  })

  it('leaves both when somebody else signs in in another tab', async () => {
    const { app, there, queryClient } = await twoTabs()
    await act(() => there.signIn(grace))
    await waitFor(() => expect(app.current.data).toBe('Grace Hopper 1'))
    expect(textOf(queryClient)).not.toContain('Lovelace')
  })

  it('leaves the cache of a loader that never had a screen', async () => {
    const { client, queryClient } = createApp()
    await client.signIn(ada)
    await queryClient.prefetchQuery(authedQueryOptions(client, pageOf(1)))
    expect(textOf(queryClient)).toContain('Lovelace')
    await client.signIn(grace)
    expect(textOf(queryClient)).not.toContain('Lovelace')
  })

  it('does not take what a loader fetches for the next user along', async () => {
    const { client, queryClient } = createApp()
    await client.signIn(ada)
    await queryClient.prefetchQuery(authedQueryOptions(client, pageOf(1)))
    const signedIn = client.signIn(grace)
    let loaded: Promise<Page> | undefined
    const detach = client.subscribe(() => {
      if (client.getState().userId === '2')
        loaded ??= queryClient.fetchQuery(authedQueryOptions<Page>(client, { queryKey: ['new'], url: rowsUrl }))
    })
    await signedIn
    detach()
    expect((await loaded)?.results[0]?.Owner).toBe('Grace Hopper')
    expect(textOf(queryClient)).toContain('Hopper')
  })

  it('leaves other data in the cache alone', async () => {
    const { client, queryClient } = createApp()
    const other = createClient(createServer(), { key: 'other' })
    await Promise.all([client.signIn(ada), other.signIn(ada)])
    queryClient.setQueryData(['theme'], 'dark')
    await queryClient.prefetchQuery(authedQueryOptions(client, pageOf(1)))
    await queryClient.prefetchQuery(authedQueryOptions(other, pageOf(1)))
    await client.signOut()
    expect(queryClient.getQueryData(['theme'])).toBe('dark')
    expect(queryClient.getQueryData(authedQueryOptions(other, pageOf(1)).queryKey)).toBeDefined()
  })

  it.each([
    ['as an option', { placeholderData: keepPreviousData }, {}],
    ['as a default', {}, { placeholderData: keepPreviousData }],
  ])('is not kept on screen by keepPreviousData, given %s', async (_, own, defaults) => {
    const server = createServer()
    const { client, wrapper } = createApp({ server, queries: { queries: { retry: false, ...defaults } } })
    await client.signIn(ada)
    const { result, rerender } = renderHook(({ page }) => useAuthedQuery({ ...pageOf(page), ...own }), {
      wrapper,
      initialProps: { page: 1 },
    })
    await waitFor(() => expect(result.current.data).toBe('Ada Lovelace 1'))
    server.fail({ on: 'resource', type: 'hang', times: 9 })
    rerender({ page: 2 })
    await waitFor(() => expect(result.current.isPlaceholderData).toBe(true))
    expect(result.current.data).toBe('Ada Lovelace 1')
    await act(() => client.signOut())
    expect(result.current.data).toBeUndefined()
    server.heal()
    await act(() => client.signIn(grace))
    await waitFor(() => expect(result.current.data).toBe('Grace Hopper 3'))
  })

  it('is dropped when it arrives after a change of user', async () => {
    const server = createServer()
    const gate = createGate(server)
    const { client, queryClient, wrapper } = createApp({ server, fetch: gate.fetch })
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedQuery(pageOf(1)), { wrapper })
    await waitFor(() => expect(server.counts.resources).toBeGreaterThan(0))
    await act(() => client.signIn(grace))
    gate.open()
    await waitFor(() => expect(result.current.data).toBe('Grace Hopper 1'))
    expect(textOf(queryClient)).not.toContain('Lovelace')
  })

  it('is never asked for with the token of the next user', async () => {
    const { client, queryClient, server } = createApp()
    await client.signIn(ada)
    const outcomes: string[] = []
    let goOn = () => {}
    const paused = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const fetched = queryClient.fetchQuery(
      authedQueryOptions(client, {
        queryKey: ['two requests'],
        async queryFn({ authFetch }) {
          await authFetch(rowsUrl)
          await paused
          outcomes.push(
            await authFetch(rowsUrl).then(
              () => 'sent',
              (error) => error.code,
            ),
          )
          return null
        },
      }),
    )
    await waitFor(() => expect(server.counts.resources).toBe(1))
    await client.signIn(grace)
    goOn()
    await expect(fetched).rejects.toThrow()
    await waitFor(() => expect(outcomes).toEqual(['session_ended']))
    expect(server.counts.resources).toBe(1)
  })

  it('is not asked for again under its old key', async () => {
    const { client, queryClient, server } = createApp()
    await client.signIn(ada)
    const options = authedQueryOptions(client, pageOf(1))
    await client.signIn(grace)
    await expect(queryClient.fetchQuery(options)).rejects.toMatchObject({ code: 'session_ended' })
    expect(server.counts.resources).toBe(0)
  })

  it('leaves a cache that was filled on a server or by an earlier visit', async () => {
    const { client, queryClient } = createApp()
    await client.signIn(ada)
    await queryClient.prefetchQuery(authedQueryOptions(client, pageOf(1)))
    const saved = dehydrate(queryClient)
    const { client: later, queryClient: cache, wrapper } = createApp()
    hydrate(cache, saved)
    const { result } = renderHook(() => useAuthedQuery(pageOf(1)), { wrapper })
    expect(textOf(cache)).toContain('Lovelace')
    await act(() => later.signIn(grace))
    await waitFor(() => expect(result.current.data).toBe('Grace Hopper 1'))
    expect(textOf(cache)).not.toContain('Lovelace')
  })
})

async function twoTabs() {
  const server = createServer()
  const tabs = createTabs()
  const there = createClient(server, tabs.open())
  const { client: here, queryClient, wrapper } = createApp({ server, ...tabs.open() })
  await there.signIn(ada)
  const { result: app } = renderHook(() => useAuthedQuery(pageOf(1)), { wrapper })
  await waitFor(() => expect(app.current.data).toBe('Ada Lovelace 1'))
  expect(queryClient).toBeInstanceOf(QueryClient)
  return { app, here, there, queryClient }
}
