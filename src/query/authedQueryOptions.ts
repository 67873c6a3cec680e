import {
  type DataTag,
  type DefaultError,
  type DefinedInitialDataOptions,
  type QueryKey,
  type SkipToken,
  skipToken,
  type UndefinedInitialDataOptions,
  type UnusedSkipTokenOptions,
  type UseQueryOptions,
} from '@tanstack/react-query'
import type { AuthClient } from '../core/index.ts'
import { type AnyContext, type FunctionSource, type OwnedSource, ownedQueryFn, type UrlSource } from './source.ts'
import { isCurrent, type OwnedKey, type Owner, ownerOf } from './userData.ts'

/**
 * Everything that `useQuery` takes, with a `url` or with a `queryFn` that gets `authFetch`. Either may be `skipToken`;
 * with `never` as `Skip`, neither.
 */
export type AuthedQueryOptions<
  Rows = unknown,
  Failure = DefaultError,
  Data = Rows,
  Key extends QueryKey = QueryKey,
  Skip = SkipToken,
> = Omit<UseQueryOptions<Rows, Failure, Data, OwnedKey<Key>>, 'queryKey' | 'queryFn' | 'initialData'> & {
  queryKey: Key
  initialData?: UndefinedInitialDataOptions<Rows, Failure, Data, OwnedKey<Key>>['initialData']
} & (UrlSource<Rows, string | URL | Skip> | FunctionSource<Rows, OwnedKey<Key>, never, Skip>)

/** The same with `initialData`, so that data is never undefined. */
export type DefinedAuthedQueryOptions<
  Rows = unknown,
  Failure = DefaultError,
  Data = Rows,
  Key extends QueryKey = QueryKey,
> = AuthedQueryOptions<Rows, Failure, Data, Key, never> & Pick<DefinedInitialDataOptions<Rows>, 'initialData'>

/** What TanStack Query needs to know which data a key stands for. */
export type Tagged<Key extends QueryKey, Rows, Failure> = { queryKey: DataTag<OwnedKey<Key>, Rows, Failure> }

/**
 * TanStack Query options for data behind the session: for hooks, loaders, prefetching, `useQueries` and Suspense.
 * The key is followed by whose data it is, so one user never sees another's; a rotation of the token changes nothing.
 *
 * @example
 * ```ts
 * const rows = (client: AuthClient) => authedQueryOptions(client, { queryKey: ['rows'], url: 'https://api.example.com/rows' })
 * await queryClient.ensureQueryData(rows(client))
 * ```
 */
export function authedQueryOptions<
  Rows = unknown,
  Failure = DefaultError,
  Data = Rows,
  const Key extends QueryKey = QueryKey,
>(
  client: AuthClient,
  options: DefinedAuthedQueryOptions<Rows, Failure, Data, Key>,
): DefinedInitialDataOptions<Rows, Failure, Data, OwnedKey<Key>> & Tagged<Key, Rows, Failure>
export function authedQueryOptions<
  Rows = unknown,
  Failure = DefaultError,
  Data = Rows,
  const Key extends QueryKey = QueryKey,
>(
  client: AuthClient,
  options: AuthedQueryOptions<Rows, Failure, Data, Key, never>,
): UnusedSkipTokenOptions<Rows, Failure, Data, OwnedKey<Key>> & Tagged<Key, Rows, Failure>
export function authedQueryOptions<
  Rows = unknown,
  Failure = DefaultError,
  Data = Rows,
  const Key extends QueryKey = QueryKey,
>(
  client: AuthClient,
  options: AuthedQueryOptions<Rows, Failure, Data, Key>,
): UndefinedInitialDataOptions<Rows, Failure, Data, OwnedKey<Key>> & Tagged<Key, Rows, Failure>
export function authedQueryOptions<Rows, Failure, Data, Key extends QueryKey>(
  client: AuthClient,
  options: AuthedQueryOptions<Rows, Failure, Data, Key>,
) {
  return ownedQueryOptions(client, options, ownerOf(client))
}

/** The same for an owner whom the caller names: on a page's first render nobody, whoever is known already. */
export function ownedQueryOptions<Rows, Failure, Data, Key extends QueryKey>(
  client: AuthClient,
  given: AuthedQueryOptions<Rows, Failure, Data, Key>,
  owner: Owner,
): UndefinedInitialDataOptions<Rows, Failure, Data, OwnedKey<Key>> & Tagged<Key, Rows, Failure> {
  const { url, schema, queryFn, ...options } = given
  return {
    ...ownedOptions(client, options, owner),
    queryFn: isSkipped(given)
      ? skipToken
      : ownedQueryFn(client, {
          queryFn: queryFn as OwnedSource<AnyContext, Rows>['queryFn'],
          url: () => url as string,
          schema,
          underOwnKey: (queryClient) =>
            queryClient.fetchQuery({ ...ownedQueryOptions(client, given, ownerOf(client)), retry: false }),
        }),
  } as unknown as UndefinedInitialDataOptions<Rows, Failure, Data, OwnedKey<Key>> & Tagged<Key, Rows, Failure>
}

/** Whether nothing is to be fetched for now. TanStack Query looks for the token itself. */
export const isSkipped = ({ url, queryFn }: { url?: unknown; queryFn?: unknown }) =>
  url === skipToken || queryFn === skipToken

/** The owned key, and an `enabled` that asks the session each time: as a boolean it would refetch at sign-out. */
export function ownedOptions<Options extends { queryKey: QueryKey; enabled?: unknown }>(
  client: AuthClient,
  options: Options,
  owner: Owner,
) {
  const { queryKey, enabled } = options
  return {
    ...options,
    queryKey: [...queryKey, owner],
    enabled: (query: unknown) =>
      client.getState().status !== 'unauthenticated' &&
      isCurrent(client, owner) &&
      (typeof enabled === 'function' ? enabled(query) : enabled !== false),
  }
}
