import {
  type DataTag,
  type DefaultError,
  type InfiniteData,
  type QueryKey,
  type SkipToken,
  skipToken,
  type UnusedSkipTokenInfiniteOptions,
  type UseInfiniteQueryOptions,
} from '@tanstack/react-query'
import type { AuthClient } from '../core/index.ts'
import { isSkipped, ownedOptions } from './authedQueryOptions.ts'
import { type AnyContext, type FunctionSource, type OwnedSource, ownedQueryFn, type UrlSource } from './source.ts'
import { type OwnedKey, type Owner, ownerOf } from './userData.ts'

/** How the next page is found: by the `next` link of an answer, or by counting `page` up while there is one. */
export type PageStep = 'link' | 'number'

/**
 * Everything that `useInfiniteQuery` takes. With a `url` the page parameters are found by `pages`; with a function as
 * `url` or with a `queryFn` they are as in TanStack Query. Either may be `skipToken`; with `never` as `Skip`, neither.
 */
export type AuthedInfiniteQueryOptions<
  Rows = unknown,
  Failure = DefaultError,
  Data = InfiniteData<Rows>,
  Key extends QueryKey = QueryKey,
  PageParam = unknown,
  Skip = SkipToken,
> = Omit<
  UseInfiniteQueryOptions<Rows, Failure, Data, OwnedKey<Key>, PageParam>,
  'queryKey' | 'queryFn' | 'initialPageParam' | 'getNextPageParam'
> & { queryKey: Key } & (
    | (UrlSource<Rows, string | URL | Skip> & {
        /** `link` (default) follows `next`, to allowed origins only; `number` counts, for links that a proxy spoils. */
        pages?: PageStep
        initialPageParam?: undefined
        getNextPageParam?: undefined
      })
    | ((
        | UrlSource<Rows, ((pageParam: PageParam) => string | URL) | Skip>
        | FunctionSource<Rows, OwnedKey<Key>, PageParam, Skip>
      ) &
        Pick<
          UseInfiniteQueryOptions<Rows, Failure, Data, OwnedKey<Key>, PageParam>,
          'initialPageParam' | 'getNextPageParam'
        > & {
          pages?: undefined
        })
  )

/** What TanStack Query needs to know which pages a key stands for. */
export type TaggedPages<Key extends QueryKey, Rows, Failure> = {
  queryKey: DataTag<OwnedKey<Key>, InfiniteData<Rows>, Failure>
}

const nextOf = (page: unknown) => (page as { next?: string | null } | undefined)?.next || undefined

/** A relative link counts from the page that it stands on. What is no URL at all is left to the request to refuse. */
function follow(link: string, from: string): string {
  try {
    return new URL(link, new URL(from, globalThis.location?.href)).href
  } catch {
    return link
  }
}

/** The URL with its `page` set. */
function withPage(url: string | URL, page: number): URL {
  const target = new URL(url, globalThis.location?.href)
  target.searchParams.set('page', String(page))
  return target
}

/** How the pages behind a plain URL are found. */
function stepsOf(url: string | URL, pages: PageStep) {
  if (pages === 'number')
    return {
      initialPageParam: 1,
      getNextPageParam: (page: unknown, _: unknown, number: number) => nextOf(page) && number + 1,
      url: (number: number) => withPage(url, number),
    }
  return {
    initialPageParam: String(url),
    getNextPageParam(page: unknown, _: unknown, from: string) {
      const link = nextOf(page)
      return link && follow(link, from)
    },
    url: (link: string) => link,
  }
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
>(
  client: AuthClient,
  options: AuthedInfiniteQueryOptions<Rows, Failure, Data, Key, PageParam, never>,
): UnusedSkipTokenInfiniteOptions<Rows, Failure, Data, OwnedKey<Key>, PageParam> & TaggedPages<Key, Rows, Failure>
export function authedInfiniteQueryOptions<
  Rows = unknown,
  Failure = DefaultError,
  Data = InfiniteData<Rows>,
  const Key extends QueryKey = QueryKey,
  PageParam = unknown,
>(
  client: AuthClient,
  options: AuthedInfiniteQueryOptions<Rows, Failure, Data, Key, PageParam>,
): UseInfiniteQueryOptions<Rows, Failure, Data, OwnedKey<Key>, PageParam> & TaggedPages<Key, Rows, Failure>
export function authedInfiniteQueryOptions<Rows, Failure, Data, Key extends QueryKey, PageParam>(
  client: AuthClient,
  options: AuthedInfiniteQueryOptions<Rows, Failure, Data, Key, PageParam>,
) {
  return ownedInfiniteQueryOptions(client, options, ownerOf(client))
}

/** The same for an owner whom the caller names. */
export function ownedInfiniteQueryOptions<Rows, Failure, Data, Key extends QueryKey, PageParam>(
  client: AuthClient,
  given: AuthedInfiniteQueryOptions<Rows, Failure, Data, Key, PageParam>,
  owner: Owner,
): UseInfiniteQueryOptions<Rows, Failure, Data, OwnedKey<Key>, PageParam> & TaggedPages<Key, Rows, Failure> {
  const { url, schema, queryFn, pages = 'link', initialPageParam, getNextPageParam, ...options } = given
  const isPlain = url && url !== skipToken && typeof url !== 'function'
  const steps = isPlain ? stepsOf(url, pages) : { initialPageParam, getNextPageParam, url }
  return {
    ...ownedOptions(client, options, owner),
    initialPageParam: steps.initialPageParam,
    getNextPageParam: steps.getNextPageParam,
    queryFn: isSkipped(given)
      ? skipToken
      : ownedQueryFn(client, {
          queryFn: queryFn as OwnedSource<AnyContext, Rows>['queryFn'],
          url: ({ pageParam }) => (steps.url as (pageParam: unknown) => string | URL)(pageParam),
          schema,
          underOwnKey: (queryClient, { pageParam }) => {
            if (pageParam !== steps.initialPageParam) return undefined
            const own = ownedInfiniteQueryOptions(client, given, ownerOf(client))
            return queryClient.fetchInfiniteQuery({ ...own, retry: false }).then((data) => data.pages[0] as Rows)
          },
        }),
  } as unknown as UseInfiniteQueryOptions<Rows, Failure, Data, OwnedKey<Key>, PageParam> &
    TaggedPages<Key, Rows, Failure>
}
