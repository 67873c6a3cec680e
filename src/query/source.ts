import type { QueryClient, QueryFunctionContext, QueryKey, SkipToken } from '@tanstack/react-query'
import type { AuthClient, AuthFetch } from '../core/index.ts'
import { readRows, type Schema } from './schema.ts'
import { assertCurrent, emptyAtUserChange, type Owner, ownerOf } from './userData.ts'

/** What an authed query function gets beside TanStack Query's context. */
export interface WithAuthFetch {
  /** `fetch` with the token attached; it works only while the user is signed in who asked. */
  authFetch: AuthFetch
}

/** The short form of a query: where its JSON is. `skipToken` where that is not known yet. */
export interface UrlSource<Rows, Url = string | URL | SkipToken> {
  url: Url
  /** Validates and types the JSON. Any Standard Schema. */
  schema?: Schema<Rows>
  queryFn?: undefined
}

/** The long form of a query: how its data is fetched. `skipToken` where that cannot be said yet. */
export interface FunctionSource<Rows, Key extends QueryKey, PageParam = never, Skip = SkipToken> {
  queryFn: ((context: QueryFunctionContext<Key, PageParam> & WithAuthFetch) => Rows | Promise<Rows>) | Skip
  url?: undefined
  schema?: undefined
}

/** The part of TanStack Query's context that matters here. */
export interface AnyContext {
  client: QueryClient
  queryKey: QueryKey
  signal: AbortSignal
  pageParam?: unknown
}

/** A `fetch` for one user's sake: it refuses once somebody else is signed in. */
export function fetchFor(client: AuthClient, owner: Owner): AuthFetch {
  return async (input, init) => {
    assertCurrent(client, owner)
    return client.fetch(input, init)
  }
}

/** What {@link ownedQueryFn} is made of: one of the two sources, and the way to the user's own query. */
export interface OwnedSource<Context, Rows> {
  queryFn?: (context: Context & WithAuthFetch) => Rows | Promise<Rows>
  url: (context: Context) => string | URL
  schema?: Schema<Rows>
  /** Fetches under the key of the user who has turned up meanwhile; `undefined` where this query must do it itself. */
  underOwnKey: (queryClient: QueryClient, context: Context) => Promise<Rows> | undefined
}

/**
 * Makes a query function that waits for the session, runs for the user of its key only, and sees to it that his data
 * goes when he does.
 */
export function ownedQueryFn<Rows>(client: AuthClient, source: OwnedSource<AnyContext, Rows>) {
  const { queryFn, url, schema, underOwnKey } = source
  return async (context: AnyContext): Promise<Rows> => {
    const { client: queryClient, queryKey } = context
    const owner = queryKey.at(-1) as Owner
    assertCurrent(client, owner)
    emptyAtUserChange(client, queryClient)
    // Without `signal`: reading it marks it as used, and then the screen that moves on to the user's own key would
    // cancel a loader that waits along with it.
    await client.getAccessToken()
    assertCurrent(client, owner)
    // Asked for while the session was being restored: by now the screen has moved on, and its request is shared.
    const shared = owner.userId === undefined && underOwnKey(queryClient, context)
    if (shared) return shared
    const authFetch = fetchFor(client, ownerOf(client))
    // Never spread: that would read `signal` as well.
    if (queryFn) return queryFn(Object.assign(context, { authFetch }))
    const address = url(context)
    const response = await authFetch(address, { signal: context.signal, headers: { accept: 'application/json' } })
    return readRows(response, address, schema)
  }
}
