import { QueryClient, skipToken } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { authedQueryOptions, HttpError, SchemaError, useAuthedQuery } from 'authed'
import * as v from 'valibot'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ada, api, createApp, createServer, grace, nextTurn, type Page, rowsUrl } from './app.tsx'

afterEach(cleanup)

const rows = { queryKey: ['rows'], url: rowsUrl, select: (page: Page) => page.results }

describe('useAuthedQuery', () => {
  it('shows rows from a URL with the header attached', async () => {
    const { client, server, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedQuery(rows), { wrapper })
    await waitFor(() => expect(result.current.data).toHaveLength(2))
    expect(result.current.data?.[0]?.Owner).toBe('Ada Lovelace')
    expect(server.counts.unauthorized).toBe(0)
    expect(server.log.at(-1)?.authorization).toBe('sent')
  })

  it('takes a URL object', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedQuery({ ...rows, url: new URL(rowsUrl) }), { wrapper })
    await waitFor(() => expect(result.current.data).toHaveLength(2))
  })

  it('hands authFetch and the context to a queryFn of its own', async () => {
    const { client, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    const seen: unknown[] = []
    const { result } = renderHook(
      () =>
        useAuthedQuery({
          queryKey: ['rows', 7],
          meta: { title: 'rows' },
          queryFn: async ({ authFetch, queryKey, meta, client }) => {
            seen.push(queryKey.slice(0, 2), meta, client === queryClient)
            return ((await (await authFetch(rowsUrl)).json()) as Page).count
          },
        }),
      { wrapper },
    )
    await waitFor(() => expect(result.current.data).toBe(6))
    expect(seen.slice(0, 3)).toEqual([['rows', 7], { title: 'rows' }, true])
  })

  it('puts the user into the key behind the given one, and no token', async () => {
    const { client, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    renderHook(() => useAuthedQuery(rows), { wrapper })
    await waitFor(() => expect(queryClient.isFetching()).toBe(0))
    const keys = queryClient
      .getQueryCache()
      .getAll()
      .map(({ queryKey }) => queryKey)
    expect(keys).toContainEqual(['rows', { authed: 'authed', userId: '1' }])
    expect(JSON.stringify(keys)).not.toContain(await client.getAccessToken())
    expect(JSON.stringify(keys)).not.toContain('eyJ')
  })

  it('fetches again when its key is invalidated by the prefix that was given', async () => {
    const { client, server, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedQuery(rows), { wrapper })
    await waitFor(() => expect(result.current.isSuccess).toBe(true))
    const before = server.counts.resources
    await act(() => queryClient.invalidateQueries({ queryKey: ['rows'] }))
    expect(server.counts.resources).toBe(before + 1)
  })

  it('works on a query client that is given by hand', async () => {
    const { client, queryClient, wrapper } = createApp()
    const other = new QueryClient()
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedQuery(rows, other), { wrapper })
    await waitFor(() => expect(result.current.isSuccess).toBe(true))
    expect(queryClient.getQueryCache().getAll()).toEqual([])
    await act(() => client.signOut())
    expect(JSON.stringify(other.getQueriesData({}))).not.toContain('Lovelace')
  })

  it('tells status, body and URL of an error answer', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    const url = `${api}/api/database/rows/table/404/`
    const { result } = renderHook(() => useAuthedQuery<Page, HttpError>({ queryKey: ['none'], url }), { wrapper })
    await waitFor(() => expect(result.current.isError).toBe(true))
    expect(result.current.error).toBeInstanceOf(HttpError)
    const { code, status, body, url: asked } = result.current.error as HttpError
    expect({ code, status, body, asked }).toEqual({
      code: 'http_error',
      status: 404,
      body: { error: 'ERROR_TABLE_DOES_NOT_EXIST', detail: 'The requested table does not exist.' },
      asked: url,
    })
  })

  it.each(['<html>Sign in</html>', ''])('tells of an answer that is no JSON: %j', async (body) => {
    const { client, server, wrapper } = createApp()
    await client.signIn(ada)
    server.fail({ on: 'resource', type: 'replace', body, times: 9 })
    const { result } = renderHook(() => useAuthedQuery(rows), { wrapper })
    await waitFor(() => expect(result.current.error).toMatchObject({ code: 'invalid_json', status: 200, body }))
  })

  it('takes an answer without content for `null`', async () => {
    const { client, server, wrapper } = createApp({
      fetch: async (input, init) => {
        const request = new Request(input, init)
        return request.url === rowsUrl ? new Response(null, { status: 204 }) : server.fetch(request)
      },
    })
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedQuery({ queryKey: ['nothing'], url: rowsUrl }), { wrapper })
    await waitFor(() => expect(result.current.status).toBe('success'))
    expect(result.current.data).toBeNull()
  })

  it('takes an HTML page with an error status for the error that it is', async () => {
    const { client, server, wrapper } = createApp()
    await client.signIn(ada)
    server.fail({ on: 'resource', type: 'status', status: 503, body: '<html>Down</html>', times: 9 })
    const { result } = renderHook(() => useAuthedQuery(rows), { wrapper })
    await waitFor(() =>
      expect(result.current.error).toMatchObject({ code: 'http_error', status: 503, body: '<html>Down</html>' }),
    )
  })

  const row = { id: z.number(), Owner: z.string() }
  it.each([
    ['zod', z.object({ results: z.array(z.object(row)) })],
    ['valibot', v.object({ results: v.array(v.object({ id: v.number(), Owner: v.string() })) })],
    ['an asynchronous schema', z.object({ results: z.array(z.object(row)) }).refine(async () => true)],
  ])('validates with %s', async (_, schema) => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(
      () => useAuthedQuery({ queryKey: ['typed'], url: rowsUrl, schema, select: (page) => page.results[0] }),
      { wrapper },
    )
    await waitFor(() => expect(result.current.data).toEqual({ id: 1, Owner: 'Ada Lovelace' }))
  })

  it('tells what a schema refuses', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    const schema = z.object({ count: z.string() })
    const { result } = renderHook(() => useAuthedQuery({ queryKey: ['typed'], url: rowsUrl, schema }), { wrapper })
    await waitFor(() => expect(result.current.error).toBeInstanceOf(SchemaError))
    expect(result.current.error).toMatchObject({ code: 'schema_mismatch', issues: [{ path: ['count'] }] })
  })

  it('neither renders nor fetches again at a rotation of the token', async () => {
    const { client, server, wrapper } = createApp()
    await client.signIn(ada)
    let renders = 0
    const { result } = renderHook(
      () => {
        renders++
        return useAuthedQuery(rows)
      },
      { wrapper },
    )
    await waitFor(() => expect(result.current.isSuccess).toBe(true))
    await waitFor(() => expect(result.current.isFetching).toBe(false))
    const before = { renders, resources: server.counts.resources }
    await act(async () => {
      await client.refresh()
      await nextTurn()
    })
    expect(server.counts.refreshes).toBe(1)
    expect({ renders, resources: server.counts.resources }).toEqual(before)
  })

  it('aborts its request when it leaves the screen', async () => {
    const { client, queryClient, wrapper } = createApp({
      fetch: (input, init) => {
        const request = new Request(input, init)
        if (request.url === rowsUrl) signals.push(request.signal)
        return server.fetch(request)
      },
    })
    const server = createServer()
    const signals: AbortSignal[] = []
    await client.signIn(ada)
    server.fail({ on: 'resource', type: 'hang', times: 9 })
    const { unmount } = renderHook(() => useAuthedQuery(rows), { wrapper })
    await waitFor(() => expect(signals.length).toBeGreaterThan(0))
    unmount()
    await waitFor(() => expect(signals.every(({ aborted }) => aborted)).toBe(true))
    expect(queryClient.isFetching()).toBe(0)
  })

  it('keeps the enabled of its user', async () => {
    const { client, server, wrapper } = createApp()
    await client.signIn(ada)
    const { result, rerender } = renderHook(({ enabled }) => useAuthedQuery({ ...rows, enabled }), {
      wrapper,
      initialProps: { enabled: false as boolean | (() => boolean) },
    })
    rerender({ enabled: () => false })
    await act(nextTurn)
    expect([result.current.fetchStatus, server.counts.resources]).toEqual(['idle', 0])
    rerender({ enabled: true })
    await waitFor(() => expect(result.current.isSuccess).toBe(true))
  })

  it.each(['queryFn', 'url'])(
    'asks for nothing while its %s is `skipToken`, and asks once it is known',
    async (source) => {
      const { client, server, wrapper } = createApp()
      await client.signIn(ada)
      const { result, rerender } = renderHook(
        ({ isKnown }) => {
          const byUrl = useAuthedQuery({ queryKey: ['url', isKnown], url: isKnown ? rowsUrl : skipToken })
          const byFunction = useAuthedQuery({
            queryKey: ['queryFn', isKnown],
            queryFn: isKnown ? async ({ authFetch }): Promise<unknown> => (await authFetch(rowsUrl)).json() : skipToken,
          })
          return source === 'url' ? byUrl : byFunction
        },
        { wrapper, initialProps: { isKnown: false } },
      )
      await act(nextTurn)
      expect([result.current.fetchStatus, server.counts.resources]).toEqual(['idle', 0])
      rerender({ isKnown: true })
      await waitFor(() => expect(result.current.data).toHaveProperty('count', 6))
      rerender({ isKnown: false })
      expect([result.current.fetchStatus, result.current.data]).toEqual(['idle', undefined])
    },
  )

  it('asks for what was skipped under the same key as soon as it is known', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    const { result, rerender } = renderHook(({ url }) => useAuthedQuery({ ...rows, url: url ?? skipToken }), {
      wrapper,
      initialProps: {} as { url?: string },
    })
    await act(nextTurn)
    rerender({ url: rowsUrl })
    await waitFor(() => expect(result.current.data).toHaveLength(2))
    await act(() => client.signOut())
    expect(result.current.data).toBeUndefined()
  })

  it('fetches nothing by hand that is skipped', async () => {
    const { client, queryClient, server } = createApp()
    await client.signIn(ada)
    const { error } = console
    console.error = () => {}
    const fetched = queryClient.fetchQuery(authedQueryOptions(client, { queryKey: ['none'], url: skipToken }))
    await expect(fetched).rejects.toThrow('Missing queryFn')
    console.error = error
    expect(server.counts.resources).toBe(0)
  })

  it('asks for nothing while nobody is signed in', async () => {
    const { client, server, wrapper } = createApp()
    const { result } = renderHook(() => useAuthedQuery(rows), { wrapper })
    await waitFor(() => expect(client.getState().status).toBe('unauthenticated'))
    await act(nextTurn)
    expect(result.current.data).toBeUndefined()
    expect(server.log).toEqual([])
    await act(() => client.signIn(ada))
    await waitFor(() => expect(result.current.data).toHaveLength(2))
  })

  it('signs in by itself where the client has credentials', async () => {
    const { server, wrapper } = createApp({ credentials: () => ada })
    const { result } = renderHook(() => useAuthedQuery(rows), { wrapper })
    expect(result.current.isLoading).toBe(true)
    await waitFor(() => expect(result.current.data).toHaveLength(2))
    expect(server.counts.signIns).toBe(1)
  })

  it('stays signed out after sign-out, credentials or not', async () => {
    const { client, server, wrapper } = createApp({ credentials: () => ada })
    const { result } = renderHook(() => useAuthedQuery(rows), { wrapper })
    await waitFor(() => expect(result.current.data).toHaveLength(2))
    await act(() => client.signOut())
    await act(nextTurn)
    expect(client.getState().status).toBe('unauthenticated')
    expect(server.counts.signIns).toBe(1)
    expect(result.current.data).toBeUndefined()
  })

  it('shows the next user his own rows', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    const seen: string[] = []
    const { result } = renderHook(
      () => {
        const { data } = useAuthedQuery(rows)
        seen.push(`${client.getState().userId} ${data?.[0]?.Owner}`)
        return data?.[0]?.Owner
      },
      { wrapper },
    )
    await waitFor(() => expect(result.current).toBe('Ada Lovelace'))
    await act(() => client.signIn(grace))
    await waitFor(() => expect(result.current).toBe('Grace Hopper'))
    expect(seen).not.toContain('2 Ada Lovelace')
    expect(seen).not.toContain('1 Grace Hopper')
  })
})
