import {
  type DataTag,
  type DefaultError,
  type InfiniteData,
  infiniteQueryOptions,
  type QueryKey,
  type UseInfiniteQueryOptions,
} from '@tanstack/react-query'
import type { AuthClient } from '../core/index.ts'
import { ownedOptions } from './authedQueryOptions.ts'
import { type FunctionSource, fetchRows, ownedQueryFn, type UrlSource } from './source.ts'
import type { OwnedKey } from './userData.ts'

/** How the next page is found: by the `next` link of an answer, or by counting `page` up while there is one. */
export type PageStep = 'link' | 'number'

/**
 * Everything that `useInfiniteQuery` takes. With a `url` the page parameters are found by `pages`; with a `queryFn`
 * they are as in TanStack Query.
 */
export type AuthedInfiniteQueryOptions<
  Rows = unknown,
  Failure = DefaultError,
  Data = InfiniteData<Rows>,
  Key extends QueryKey = QueryKey,
  PageParam = unknown,
> = Omit<
  UseInfiniteQueryOptions<Rows, Failure, Data, OwnedKey<Key>, PageParam>,
  'queryKey' | 'queryFn' | 'initialPageParam' | 'getNextPageParam'
> & { queryKey: Key } & (
    | (UrlSource<Rows> & {
        /** `link` (default) follows `next`, to allowed origins only; `number` counts, for links that a proxy spoils. */
        pages?: PageStep
        initialPageParam?: undefined
        getNextPageParam?: undefined
      })
    | (FunctionSource<Rows, OwnedKey<Key>, PageParam> &
        Pick<
          UseInfiniteQueryOptions<Rows, Failure, Data, OwnedKey<Key>, PageParam>,
          'initialPageParam' | 'getNextPageParam'
        > & {
          pages?: undefined
        })
  )

const nextOf = (page: unknown) => (page as { next?: string | null } | undefined)?.next || undefined

/** The URL of a page: the link itself, relative ones included, or the first URL with its `page` set. */
function pageUrl(url: string | URL, pageParam: unknown): string | URL {
  if (pageParam === undefined) return url
  // The base only serves to take a relative URL apart; `Request` resolves it in the end.
  const base = new URL(url, globalThis.location?.href)
  if (typeof pageParam === 'string') return new URL(pageParam, base)
  base.searchParams.set('page', String(pageParam))
  return base
}

/**
 * TanStack Query options for pages of rows behind the session.
 *
 * @example
 * ```ts
 * authedInfiniteQueryOptions(client, { queryKey: ['rows'], url: 'https://api.example.com/rows', pages: 'number' })
 * ```
 */
export function authedInfiniteQueryOptions<
  Rows = unknown,
  Failure = DefaultError,
  Data = InfiniteData<Rows>,
  const Key extends QueryKey = QueryKey,
  PageParam = unknown,
>(client: AuthClient, given: AuthedInfiniteQueryOptions<Rows, Failure, Data, Key, PageParam>) {
  const { url, schema, queryFn, pages = 'link', initialPageParam, getNextPageParam, ...options } = given
  const count = pages === 'number'
  const next = (page: Rows, _: unknown, param: unknown) => (count ? nextOf(page) && Number(param) + 1 : nextOf(page))
  type Context = Parameters<NonNullable<typeof queryFn>>[0]
  const byUrl = (context: Context) => fetchRows(context, pageUrl(url as string, context.pageParam), schema)
  return infiniteQueryOptions({
    ...ownedOptions(client, options),
    initialPageParam: queryFn ? initialPageParam : count ? 1 : undefined,
    getNextPageParam: queryFn ? getNextPageParam : next,
    queryFn: ownedQueryFn(client, queryFn ?? byUrl),
  } as unknown as UseInfiniteQueryOptions<Rows, Failure, Data, OwnedKey<Key>, PageParam>) as UseInfiniteQueryOptions<
    Rows,
    Failure,
    Data,
    OwnedKey<Key>,
    PageParam
  > & { queryKey: DataTag<OwnedKey<Key>, InfiniteData<Rows>, Failure> }
}
