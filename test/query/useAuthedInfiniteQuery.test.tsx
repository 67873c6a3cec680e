import { skipToken } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { useAuthedInfiniteQuery } from 'authed'
import { afterEach, describe, expect, it } from 'vitest'
import { ada, api, createApp, createServer, nextTurn, type Page, rowsUrl } from './app.tsx'

afterEach(cleanup)

const ids = (pages: Page[] | undefined) => pages?.flatMap(({ results }) => results.map(({ id }) => id))

/** Spread, since a query renders again only for what was read of it while rendering. */
const usePages = () => ({ ...useAuthedInfiniteQuery<Page>({ queryKey: ['rows'], url: rowsUrl }) })

/** An app whose answers have their `next` link changed. */
async function appWithLinks(change: (next: string) => unknown) {
  const server = createServer()
  const asked: string[] = []
  const app = createApp({
    server,
    async fetch(input, init) {
      const request = new Request(input, init)
      asked.push(request.url)
      const response = await server.fetch(request)
      if (request.method !== 'GET') return response
      const page = (await response.json()) as Page
      return Response.json({ ...page, next: page.next && change(page.next) })
    },
  })
  await app.client.signIn(ada)
  asked.length = 0
  return { ...app, asked }
}

describe('useAuthedInfiniteQuery', () => {
  it.each([
    ['absolute', (next: string) => next],
    ['from the root', (next: string) => next.slice(api.length)],
    ['relative to the page it stands on', (next: string) => `./?${next.split('?')[1]}`],
    ['a query string', (next: string) => `?${next.split('?')[1]}`],
  ])('follows next links that are %s, until there is none', async (_, change) => {
    const { wrapper } = await appWithLinks(change)
    const { result } = renderHook(usePages, { wrapper })
    await waitFor(() => expect(result.current.hasNextPage).toBe(true))
    await act(() => result.current.fetchNextPage())
    await act(() => result.current.fetchNextPage())
    await waitFor(() => expect(ids(result.current.data?.pages)).toEqual([1, 2, 3, 4, 5, 6]))
    expect(result.current.hasNextPage).toBe(false)
  })

  it('follows a link from the page before it, not from the first one', async () => {
    const asked: string[] = []
    const { client, wrapper } = createApp({
      fetch: async (input, init) => {
        const { url, method } = new Request(input, init)
        if (method !== 'GET') return createServer().fetch(new Request(input, init))
        asked.push(url)
        return Response.json({ next: asked.length < 3 ? `${asked.length}/` : null })
      },
    })
    await client.signIn(ada)
    const { result } = renderHook(
      () => useAuthedInfiniteQuery<{ next: string }>({ queryKey: ['deep'], url: `${api}/deep/`, staleTime: 60_000 }),
      { wrapper },
    )
    await waitFor(() => expect(result.current.hasNextPage).toBe(true))
    asked.length = 1
    await act(() => result.current.fetchNextPage())
    await act(() => result.current.fetchNextPage())
    expect(asked.slice(1)).toEqual([`${api}/deep/1/`, `${api}/deep/1/2/`])
  })

  it('never follows a link to a foreign origin', async () => {
    const { wrapper, asked } = await appWithLinks((next) => next.replace(api, 'https://evil.test'))
    const { result } = renderHook(usePages, { wrapper })
    await waitFor(() => expect(result.current.hasNextPage).toBe(true))
    await act(() => result.current.fetchNextPage())
    await waitFor(() => expect(result.current.error).toMatchObject({ code: 'origin_not_allowed' }))
    expect(asked.filter((url) => !url.startsWith(api))).toEqual([])
    expect(ids(result.current.data?.pages)).toEqual([1, 2])
  })

  it.each([
    ['another scheme', (next: string) => next.replace('https:', 'http:')],
    ['another port', (next: string) => next.replace('api.test', 'api.test:8443')],
    ['no scheme', (next: string) => next.replace('https://api.test', '//evil.test')],
    ['a user in front of a foreign host', (next: string) => next.replace('https://', 'https://api.test@evil.test/')],
    ['code', () => 'javascript:alert(1)'],
    ['nonsense', () => 'http://[nonsense'],
  ])('sends nothing along a link with %s', async (_, change) => {
    const { wrapper, asked } = await appWithLinks(change)
    const { result } = renderHook(usePages, { wrapper })
    await waitFor(() => expect(result.current.hasNextPage).toBe(true))
    const before = asked.length
    await act(() => result.current.fetchNextPage())
    await waitFor(() => expect(result.current.isFetchNextPageError).toBe(true))
    expect(asked.length).toBe(before)
  })

  it('asks for nothing while its `url` or `queryFn` is `skipToken`', async () => {
    const { client, server, wrapper } = createApp()
    await client.signIn(ada)
    const { result, rerender } = renderHook(
      ({ isKnown }) => [
        { ...useAuthedInfiniteQuery<Page>({ queryKey: ['url'], url: isKnown ? rowsUrl : skipToken }) },
        {
          ...useAuthedInfiniteQuery({
            queryKey: ['queryFn'],
            queryFn: isKnown
              ? async ({ authFetch, pageParam }): Promise<Page> => (await authFetch(pageParam)).json()
              : skipToken,
            initialPageParam: rowsUrl,
            getNextPageParam: ({ next }) => next,
          }),
        },
      ],
      { wrapper, initialProps: { isKnown: false } },
    )
    await act(nextTurn)
    expect([result.current.map(({ fetchStatus }) => fetchStatus), server.counts.resources]).toEqual([
      ['idle', 'idle'],
      0,
    ])
    rerender({ isKnown: true })
    await waitFor(() =>
      expect(result.current.map(({ data }) => ids(data?.pages))).toEqual([
        [1, 2],
        [1, 2],
      ]),
    )
    await act(async () => void (await Promise.all(result.current.map(({ fetchNextPage }) => fetchNextPage()))))
    await waitFor(() => expect(ids(result.current[0]?.data?.pages)).toEqual([1, 2, 3, 4]))
    expect(ids(result.current[1]?.data?.pages)).toEqual([1, 2, 3, 4])
  })

  it('counts pages instead, where a proxy spoils the links', async () => {
    const { wrapper, asked } = await appWithLinks(() => 'http://backend:8000/somewhere/else')
    const { result } = renderHook(
      () => useAuthedInfiniteQuery<Page>({ queryKey: ['rows'], url: rowsUrl, pages: 'number' }),
      { wrapper },
    )
    await waitFor(() => expect(result.current.hasNextPage).toBe(true))
    await act(() => result.current.fetchNextPage())
    await act(() => result.current.fetchNextPage())
    await waitFor(() => expect(ids(result.current.data?.pages)).toEqual([1, 2, 3, 4, 5, 6]))
    expect(result.current.hasNextPage).toBe(false)
    expect(asked.at(-1)).toBe(`${rowsUrl}&page=3`)
  })

  it('takes a URL made of the page parameter, steps and all as in TanStack Query', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(
      () =>
        useAuthedInfiniteQuery({
          queryKey: ['rows'],
          url: (page: number) => `${rowsUrl}&page=${page}`,
          initialPageParam: 2,
          getNextPageParam: (last: Page, _: Page[], page: number) => (last.next ? page + 1 : undefined),
        }),
      { wrapper },
    )
    await waitFor(() => expect(ids(result.current.data?.pages)).toEqual([3, 4]))
    await act(() => result.current.fetchNextPage())
    await waitFor(() => expect(ids(result.current.data?.pages)).toEqual([3, 4, 5, 6]))
  })

  it('hands authFetch and the page parameter to a queryFn of its own', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(
      () =>
        useAuthedInfiniteQuery({
          queryKey: ['rows'],
          initialPageParam: 1,
          queryFn: async ({ authFetch, pageParam }): Promise<Page> =>
            (await authFetch(`${rowsUrl}&page=${pageParam}`)).json(),
          getNextPageParam: (last, _, page) => (last.next ? page + 1 : undefined),
          select: ({ pages }) => pages.flatMap(({ results }) => results.map(({ id }) => id)),
        }),
      { wrapper },
    )
    await waitFor(() => expect(result.current.data).toEqual([1, 2]))
    await act(() => result.current.fetchNextPage())
    await waitFor(() => expect(result.current.data).toEqual([1, 2, 3, 4]))
  })
})
