'use client'

import {
  type DefaultError,
  type DefinedUseQueryResult,
  type InfiniteData,
  type QueryClient,
  type QueryKey,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  type UseSuspenseQueryOptions,
  type UseSuspenseQueryResult,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  useSuspenseQuery,
} from '@tanstack/react-query'
import { useEffect } from 'react'
import type { AuthClient, AuthState } from '../core/index.ts'
import { useAuthClient, useAuthState } from '../react/index.ts'
import { type AuthedInfiniteQueryOptions, ownedInfiniteQueryOptions } from './authedInfiniteQueryOptions.ts'
import { type AuthedQueryOptions, type DefinedAuthedQueryOptions, ownedQueryOptions } from './authedQueryOptions.ts'
import type { FunctionSource, UrlSource } from './source.ts'
import { emptyAtUserChange, type OwnedKey, type Owner } from './userData.ts'

/** The client and whose data to show; renders again when somebody signs in or out, and not when a token is rotated. */
export function useOwner(queryClient?: QueryClient): [AuthClient, Owner] {
  const client = useAuthClient()
  const cache = useQueryClient(queryClient)
  // By the hook, not by the client: the first render of a page must be what the server has rendered.
  const { userId } = useAuthState(selectUser)
  useEffect(() => emptyAtUserChange(client, cache), [client, cache])
  return [client, { authed: client.key, userId }]
}

const selectUser = ({ status, userId }: AuthState) => ({ status, userId })

/**
 * `useQuery` for data behind the session: waits for it, attaches the header, refreshes where needed, and shows no user
 * another's data.
 *
 * @example
 * ```tsx
 * const rows = useAuthedQuery({ queryKey: ['rows'], url: 'https://api.example.com/rows', select: (page: Page) => page.results })
 * ```
 *
 * @throws `Error` outside an `AuthProvider`.
 */
export function useAuthedQuery<
  Rows = unknown,
  Failure = DefaultError,
  Data = Rows,
  const Key extends QueryKey = QueryKey,
>(
  options: DefinedAuthedQueryOptions<Rows, Failure, Data, Key>,
  queryClient?: QueryClient,
): DefinedUseQueryResult<NoInfer<Data>, Failure>
export function useAuthedQuery<
  Rows = unknown,
  Failure = DefaultError,
  Data = Rows,
  const Key extends QueryKey = QueryKey,
>(
  options: AuthedQueryOptions<Rows, Failure, Data, Key>,
  queryClient?: QueryClient,
): UseQueryResult<NoInfer<Data>, Failure>
export function useAuthedQuery<Rows, Failure, Data, Key extends QueryKey>(
  options: AuthedQueryOptions<Rows, Failure, Data, Key>,
  queryClient?: QueryClient,
) {
  const [client, owner] = useOwner(queryClient)
  return useQuery(ownedQueryOptions(client, options, owner), queryClient)
}

/** Everything that `useSuspenseQuery` takes, with a `url` or with a `queryFn` that gets `authFetch`. */
export type AuthedSuspenseQueryOptions<
  Rows = unknown,
  Failure = DefaultError,
  Data = Rows,
  Key extends QueryKey = QueryKey,
> = Omit<UseSuspenseQueryOptions<Rows, Failure, Data, OwnedKey<Key>>, 'queryKey' | 'queryFn'> & {
  queryKey: Key
} & (UrlSource<Rows, string | URL> | FunctionSource<Rows, OwnedKey<Key>, never, never>)

/** `useSuspenseQuery` for data behind the session. Put it below `SignedIn`: it cannot wait for somebody to sign in. */
export function useAuthedSuspenseQuery<
  Rows = unknown,
  Failure = DefaultError,
  Data = Rows,
  const Key extends QueryKey = QueryKey,
>(
  options: AuthedSuspenseQueryOptions<Rows, Failure, Data, Key>,
  queryClient?: QueryClient,
): UseSuspenseQueryResult<Data, Failure> {
  const [client, owner] = useOwner(queryClient)
  const own = ownedQueryOptions(client, options as AuthedQueryOptions<Rows, Failure, Data, Key>, owner)
  return useSuspenseQuery(own as unknown as UseSuspenseQueryOptions<Rows, Failure, Data>, queryClient)
}

/** `useInfiniteQuery` for pages of rows behind the session. */
export function useAuthedInfiniteQuery<
  Rows = unknown,
  Failure = DefaultError,
  Data = InfiniteData<Rows>,
  const Key extends QueryKey = QueryKey,
  PageParam = unknown,
>(
  options: AuthedInfiniteQueryOptions<Rows, Failure, Data, Key, PageParam>,
  queryClient?: QueryClient,
): UseInfiniteQueryResult<Data, Failure> {
  const [client, owner] = useOwner(queryClient)
  return useInfiniteQuery(ownedInfiniteQueryOptions(client, options, owner), queryClient)
}
