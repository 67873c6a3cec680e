import { CancelledError, type QueryFunctionContext, type QueryKey } from '@tanstack/react-query'
import type { AuthClient, AuthFetch } from '../core/index.ts'
import { readRows, type Schema } from './schema.ts'
import { assertCurrent, emptyAtUserChange, type Owner } from './userData.ts'

/** What an authed query function gets beside TanStack Query's context. */
export interface WithAuthFetch {
  /** `fetch` with the token attached; it works only while the user is signed in who asked. */
  authFetch: AuthFetch
}

/** The short form of a query: where its JSON is. */
export interface UrlSource<Rows> {
  url: string | URL
  /** Validates and types the JSON. Any Standard Schema. */
  schema?: Schema<Rows>
  queryFn?: undefined
}

/** The long form of a query: how its data is fetched. */
export interface FunctionSource<Rows, Key extends QueryKey, PageParam = never> {
  queryFn: (context: QueryFunctionContext<Key, PageParam> & WithAuthFetch) => Rows | Promise<Rows>
  url?: undefined
  schema?: undefined
}

interface AnyContext {
  client?: QueryFunctionContext['client']
  queryKey: QueryKey
  signal: AbortSignal
}

/** A `fetch` for one user's sake: it refuses once somebody else is signed in. */
export function fetchFor(client: AuthClient, owner: Owner): AuthFetch {
  return async (input, init) => {
    assertCurrent(client, owner)
    return client.fetch(input, init)
  }
}

/**
 * Makes a query function that waits for the session, runs for the user of its key only, and sees to it that his data
 * goes when he does.
 */
export function ownedQueryFn<Context extends AnyContext, Rows>(
  client: AuthClient,
  run: (context: Context & WithAuthFetch) => Rows | Promise<Rows>,
): (context: Context) => Promise<Rows> {
  return async (context) => {
    const { client: queryClient, queryKey } = context
    const owner = queryKey.at(-1) as Owner
    if (queryClient) emptyAtUserChange(client, queryClient)
    const query = queryClient?.getQueryCache().find({ queryKey, exact: true })
    const wasWatched = query?.isActive()
    await client.getAccessToken()
    // While the session was restored nobody's name was known; by now the screen has moved on to the user's own key.
    if (wasWatched && !query?.isActive()) throw new CancelledError({ silent: true })
    assertCurrent(client, owner)
    // Spreading the context would read `signal`, which marks it as used and makes every unmount abort the request.
    return run(Object.assign(context, { authFetch: fetchFor(client, owner) }))
  }
}

/** Gets and reads the JSON at a URL. */
export const fetchRows = async <Rows>(
  { authFetch, signal }: WithAuthFetch & { signal: AbortSignal },
  url: string | URL,
  schema: Schema<Rows> | undefined,
): Promise<Rows> => readRows(await authFetch(url, { signal, headers: { accept: 'application/json' } }), schema)
