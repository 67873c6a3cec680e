import {
  type DefinedUseQueryResult,
  type InfiniteData,
  QueryClient,
  skipToken,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  type UseSuspenseQueryResult,
  useSuspenseInfiniteQuery,
  useSuspenseQuery,
} from '@tanstack/react-query'
import {
  type AuthClient,
  authedInfiniteQueryOptions,
  authedQueryOptions,
  exceptAuthErrors,
  type HttpError,
  type Owner,
  type SchemaError,
  useAuthedInfiniteQuery,
  useAuthedMutation,
  useAuthedQuery,
  useAuthedSuspenseQuery,
} from 'authed'
import { type BaserowCredentials, baserow, createAuthClient } from 'authed/core'
import * as v from 'valibot'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

interface Row {
  id: number
}
interface Page {
  next: string | null
  results: Row[]
}

const url = 'https://api.test/rows'
const zodPage = z.object({ next: z.string().nullable(), results: z.array(z.object({ id: z.number() })) })
const valibotPage = v.object({ next: v.nullable(v.string()), results: v.array(v.object({ id: v.number() })) })
const client: AuthClient<BaserowCredentials> = createAuthClient({ endpoint: baserow('https://api.test') })
const queryClient = new QueryClient()

/** Known later, perhaps. */
const id: string | undefined = ['7'][0]

/** The bodies are compiled, not run: hooks need a component. */
const compiled = (_: () => void) => {}

describe('useAuthedQuery', () => {
  it('takes the type of its data from a zod or valibot schema', () => {
    compiled(() => {
      expectTypeOf(useAuthedQuery({ queryKey: ['rows'], url, schema: zodPage })).toEqualTypeOf<UseQueryResult<Page>>()
      expectTypeOf(useAuthedQuery({ queryKey: ['rows'], url, schema: valibotPage }).data).toEqualTypeOf<
        Page | undefined
      >()
    })
  })

  it('takes what a schema transforms to', () => {
    const schema = z.object({ count: z.string().transform(Number) })
    compiled(() => {
      expectTypeOf(useAuthedQuery({ queryKey: ['count'], url, schema }).data).toEqualTypeOf<
        { count: number } | undefined
      >()
    })
  })

  it('knows the schema in select', () => {
    compiled(() => {
      const rows = useAuthedQuery({ queryKey: ['rows'], url, schema: zodPage, select: (page) => page.results })
      expectTypeOf(rows.data).toEqualTypeOf<Row[] | undefined>()
    })
  })

  it('takes the type of its data from the parameter of select', () => {
    compiled(() => {
      const rows = useAuthedQuery({ queryKey: ['rows'], url, select: (page: Page) => page.results })
      expectTypeOf(rows.data).toEqualTypeOf<Row[] | undefined>()
    })
  })

  it('is unknown where nothing says what the JSON is, and what is written where somebody does', () => {
    compiled(() => {
      expectTypeOf(useAuthedQuery({ queryKey: ['rows'], url }).data).toEqualTypeOf<unknown>()
      expectTypeOf(useAuthedQuery<Page>({ queryKey: ['rows'], url }).data).toEqualTypeOf<Page | undefined>()
      type Failure = HttpError | SchemaError
      expectTypeOf(useAuthedQuery<Page, Failure>({ queryKey: ['rows'], url }).error).toEqualTypeOf<Failure | null>()
    })
  })

  it('takes the type of its data from queryFn, which gets the owned key and authFetch', () => {
    compiled(() => {
      const rows = useAuthedQuery({
        queryKey: ['rows', 7],
        async queryFn({ authFetch, queryKey, signal, client }): Promise<Page> {
          expectTypeOf(queryKey).toEqualTypeOf<readonly ['rows', 7, Owner]>()
          expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
          expectTypeOf(client).toEqualTypeOf<QueryClient>()
          expectTypeOf(authFetch).toEqualTypeOf<typeof fetch>()
          return (await authFetch(url, { signal })).json()
        },
        select: (page) => page.results.length,
      })
      expectTypeOf(rows.data).toEqualTypeOf<number | undefined>()
    })
  })

  it('knows its data where `skipToken` may stand in for the function or for the URL', () => {
    compiled(() => {
      const rows = useAuthedQuery({
        queryKey: ['rows', id],
        queryFn: id
          ? async ({ authFetch }): Promise<Page> => {
              expectTypeOf(authFetch).toEqualTypeOf<typeof fetch>()
              return (await authFetch(`${url}/${id}`)).json()
            }
          : skipToken,
      })
      expectTypeOf(rows).toEqualTypeOf<UseQueryResult<Page>>()
      const short = useAuthedQuery({ queryKey: ['rows', id], url: id ? `${url}/${id}` : skipToken, schema: zodPage })
      expectTypeOf(short).toEqualTypeOf<UseQueryResult<Page>>()
    })
  })

  it('has data from the start with initialData', () => {
    const initialData: Page = { next: null, results: [] }
    compiled(() => {
      const rows = useAuthedQuery({ queryKey: ['rows'], url, schema: zodPage, initialData })
      expectTypeOf(rows).toEqualTypeOf<DefinedUseQueryResult<Page>>()
    })
  })

  it('refuses what makes no sense', () => {
    compiled(() => {
      // @ts-expect-error a query has a URL or a function
      useAuthedQuery({ queryKey: ['rows'] })
      // @ts-expect-error and not both
      useAuthedQuery({ queryKey: ['rows'], url, queryFn: async () => 1 })
      // @ts-expect-error a function validates by itself
      useAuthedQuery({ queryKey: ['rows'], queryFn: async () => 1, schema: zodPage })
      // @ts-expect-error a query has a key
      useAuthedQuery({ url })
      // @ts-expect-error the schema knows no such column
      useAuthedQuery({ queryKey: ['rows'], url, schema: zodPage, select: (page) => page.rows })
    })
  })
})

describe('authedQueryOptions', () => {
  const options = authedQueryOptions(client, {
    queryKey: ['rows'],
    url,
    schema: zodPage,
    select: (page) => page.results,
  })

  it('tags its key, so that the cache knows what it holds', () => {
    expectTypeOf(queryClient.getQueryData(options.queryKey)).toEqualTypeOf<Page | undefined>()
    compiled(() => {
      queryClient.setQueryData(options.queryKey, (page) => {
        expectTypeOf(page).toEqualTypeOf<Page | undefined>()
        return page
      })
    })
  })

  it('serves loaders and prefetching with what the API sends', () => {
    compiled(() => {
      expectTypeOf(queryClient.fetchQuery(options)).resolves.toEqualTypeOf<Page>()
      expectTypeOf(queryClient.ensureQueryData(options)).resolves.toEqualTypeOf<Page>()
      expectTypeOf(queryClient.prefetchQuery(options)).resolves.toEqualTypeOf<void>()
    })
  })

  it('serves Suspense, but not where it may be skipped', () => {
    compiled(() => {
      expectTypeOf(useSuspenseQuery(options).data).toEqualTypeOf<Row[]>()
      const perhaps = authedQueryOptions(client, { queryKey: ['row', id], url: id ? url : skipToken, schema: zodPage })
      expectTypeOf(queryClient.getQueryData(perhaps.queryKey)).toEqualTypeOf<Page | undefined>()
      // @ts-expect-error Suspense cannot wait for what nobody fetches
      useSuspenseQuery(perhaps)
    })
  })

  it('has a key of the given one and its owner', () => {
    expectTypeOf(options.queryKey).toMatchTypeOf<readonly ['rows', Owner]>()
  })
})

describe('useAuthedSuspenseQuery', () => {
  it('has its data always', () => {
    compiled(() => {
      const rows = useAuthedSuspenseQuery({ queryKey: ['rows'], url, schema: zodPage })
      expectTypeOf(rows).toEqualTypeOf<UseSuspenseQueryResult<Page>>()
      const ids = useAuthedSuspenseQuery({ queryKey: ['rows'], url, select: (page: Page) => page.results.length })
      expectTypeOf(ids.data).toEqualTypeOf<number>()
    })
  })

  it('refuses what Suspense cannot do', () => {
    compiled(() => {
      // @ts-expect-error Suspense has no use for `enabled`
      useAuthedSuspenseQuery({ queryKey: ['rows'], url, enabled: false })
      // @ts-expect-error nor for a placeholder
      useAuthedSuspenseQuery({ queryKey: ['rows'], url, placeholderData: 1 })
      // @ts-expect-error it always throws
      useAuthedSuspenseQuery({ queryKey: ['rows'], url, throwOnError: false })
      // @ts-expect-error it cannot wait for what nobody fetches
      useAuthedSuspenseQuery({ queryKey: ['rows'], queryFn: id ? async () => 1 : skipToken })
      // @ts-expect-error nor for a URL that nobody knows
      useAuthedSuspenseQuery({ queryKey: ['rows'], url: id ? url : skipToken })
    })
  })

  it('refuses what makes no sense', () => {
    compiled(() => {
      // @ts-expect-error a query has a URL or a function
      useAuthedSuspenseQuery({ queryKey: ['rows'] })
      // @ts-expect-error and not both
      useAuthedSuspenseQuery({ queryKey: ['rows'], url, queryFn: async () => 1 })
      // @ts-expect-error a function validates by itself
      useAuthedSuspenseQuery({ queryKey: ['rows'], queryFn: async () => 1, schema: zodPage })
      // @ts-expect-error a query has a key
      useAuthedSuspenseQuery({ url })
    })
  })

  it('takes the type of its data from queryFn, which gets the owned key and authFetch', () => {
    compiled(() => {
      const rows = useAuthedSuspenseQuery({
        queryKey: ['rows', 7],
        async queryFn({ authFetch, queryKey }): Promise<Page> {
          expectTypeOf(queryKey).toEqualTypeOf<readonly ['rows', 7, Owner]>()
          return (await authFetch(url)).json()
        },
        select: (page) => page.results,
      })
      expectTypeOf(rows.data).toEqualTypeOf<Row[]>()
    })
  })
})

describe('useAuthedInfiniteQuery', () => {
  it('has pages of what the schema says', () => {
    compiled(() => {
      const rows = useAuthedInfiniteQuery({ queryKey: ['rows'], url, schema: zodPage })
      expectTypeOf(rows).toEqualTypeOf<UseInfiniteQueryResult<InfiniteData<Page>>>()
      const ids = useAuthedInfiniteQuery({
        queryKey: ['rows'],
        url,
        schema: zodPage,
        pages: 'number',
        select: ({ pages }) => pages.flatMap((page) => page.results),
      })
      expectTypeOf(ids.data).toEqualTypeOf<Row[] | undefined>()
    })
  })

  it('knows the page parameter of a URL and of a function', () => {
    compiled(() => {
      useAuthedInfiniteQuery({
        queryKey: ['rows'],
        url: (page) => {
          expectTypeOf(page).toEqualTypeOf<number>()
          return `${url}?page=${page}`
        },
        schema: zodPage,
        initialPageParam: 1,
        getNextPageParam: (last, _, page) => (last.next ? page + 1 : undefined),
      })
      useAuthedInfiniteQuery({
        queryKey: ['rows'],
        async queryFn({ authFetch, pageParam }): Promise<Page> {
          expectTypeOf(pageParam).toEqualTypeOf<string>()
          return (await authFetch(pageParam)).json()
        },
        initialPageParam: url,
        getNextPageParam: (last) => last.next,
      })
    })
  })

  it('tags its key with the pages', () => {
    const options = authedInfiniteQueryOptions(client, { queryKey: ['rows'], url, schema: zodPage })
    expectTypeOf(queryClient.getQueryData(options.queryKey)).toEqualTypeOf<InfiniteData<Page> | undefined>()
    compiled(() => {
      expectTypeOf(queryClient.fetchInfiniteQuery(options)).resolves.toEqualTypeOf<InfiniteData<Page, unknown>>()
      expectTypeOf(useSuspenseInfiniteQuery(options).data).toEqualTypeOf<InfiniteData<Page>>()
    })
  })

  it('knows its pages where `skipToken` may stand in for the function or for the URL', () => {
    compiled(() => {
      const rows = useAuthedInfiniteQuery({
        queryKey: ['rows', id],
        queryFn: id
          ? async ({ authFetch, pageParam }): Promise<Page> => (await authFetch(pageParam)).json()
          : skipToken,
        initialPageParam: url,
        getNextPageParam: (last) => last.next,
      })
      expectTypeOf(rows.data).toEqualTypeOf<InfiniteData<Page> | undefined>()
      const short = useAuthedInfiniteQuery({ queryKey: ['rows', id], url: id ? url : skipToken, schema: zodPage })
      expectTypeOf(short.data).toEqualTypeOf<InfiniteData<Page> | undefined>()
    })
  })

  it('refuses what makes no sense', () => {
    compiled(() => {
      // @ts-expect-error a query has a URL or a function
      useAuthedInfiniteQuery({ queryKey: ['rows'] })
      // @ts-expect-error and not both
      useAuthedInfiniteQuery({ queryKey: ['rows'], url, queryFn: async () => 1 })
      // @ts-expect-error a page parameter of one's own needs to know how it goes on
      useAuthedInfiniteQuery({ queryKey: ['rows'], url: (page: number) => `${url}?page=${page}` })
      // @ts-expect-error pages are found by link or by number
      useAuthedInfiniteQuery({ queryKey: ['rows'], url, pages: 'cursor' })
      // @ts-expect-error with a plain URL the page parameter is found by itself
      useAuthedInfiniteQuery({ queryKey: ['rows'], url, initialPageParam: 1 })
    })
  })
})

describe('useAuthedMutation', () => {
  it('takes its types from mutationFn', () => {
    compiled(() => {
      const add = useAuthedMutation({
        mutationFn: async (name: string, { authFetch }): Promise<Row> => (await authFetch(url, { body: name })).json(),
        onMutate: () => ({ before: 1 }),
        onSuccess(row, name, before) {
          expectTypeOf(row).toEqualTypeOf<Row>()
          expectTypeOf(name).toEqualTypeOf<string>()
          expectTypeOf(before).toEqualTypeOf<{ before: number }>()
        },
      })
      expectTypeOf(add.data).toEqualTypeOf<Row | undefined>()
      expectTypeOf(add.mutate).parameter(0).toEqualTypeOf<string>()
      expectTypeOf(add.mutateAsync).returns.resolves.toEqualTypeOf<Row>()
      if (add.isSuccess) expectTypeOf(add.data).toEqualTypeOf<Row>()
    })
  })

  it('refuses what makes no sense', () => {
    compiled(() => {
      // @ts-expect-error a mutation has a function
      useAuthedMutation({ mutationKey: ['rows'] })
      // @ts-expect-error that is not to be skipped
      useAuthedMutation({ mutationFn: skipToken })
    })
  })
})

describe('exceptAuthErrors', () => {
  it('is a retry of TanStack Query', () => {
    new QueryClient({
      defaultOptions: { queries: { retry: exceptAuthErrors() }, mutations: { retry: exceptAuthErrors(1) } },
    })
    const retry = exceptAuthErrors((_, error) => error.message !== '')
    expectTypeOf(retry).toEqualTypeOf<(failureCount: number, error: Error) => boolean>()
  })
})
