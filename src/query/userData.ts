import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { type AuthClient, AuthError } from '../core/index.ts'

/** The last part of every key: whose data it is. It never holds a token. */
export interface Owner {
  /** The `key` of the client. */
  authed: string
  /** Absent where the query was asked for before anybody's name was known. */
  userId: string | undefined
}

/** A query key with its owner. The given key stays in front, so that invalidating by it goes on working. */
export type OwnedKey<Key extends QueryKey> = readonly [...Key, Owner]

/** Who is asking now. */
export const ownerOf = ({ key, getState }: AuthClient): Owner => ({ authed: key, userId: getState().userId })

/** Whether `owner` is who is signed in, or nobody was known yet. */
export function isCurrent(client: AuthClient, { userId }: Owner): boolean {
  return userId === undefined || userId === client.getState().userId
}

/** Throws where somebody else has signed in. */
export function assertCurrent(client: AuthClient, owner: Owner): void {
  if (!isCurrent(client, owner)) throw userIsGone()
}

/** What becomes of a former user's requests. */
export const userIsGone = () =>
  new AuthError('session_ended', 'Whoever asked for this is no longer signed in. Nothing is to be done.')

const attached = new WeakMap<QueryClient, WeakSet<AuthClient>>()

/**
 * Empties `queryClient` of a user's data as soon as he is no longer the one signed in, in whichever tab that happened.
 * Once for each pair, for as long as both live.
 */
export function emptyAtUserChange(client: AuthClient, queryClient: QueryClient): void {
  const clients = attached.get(queryClient) ?? new WeakSet()
  attached.set(queryClient, clients)
  if (clients.has(client)) return
  clients.add(client)
  // A client lives as long as the app, a query client perhaps for one request or one test.
  const weak = new WeakRef(queryClient)
  let former: string | null | undefined = null
  const look = () => {
    const { status, userId } = client.getState()
    if (status === 'pending' || userId === former) return
    const left = former
    former = userId
    const cache = weak.deref()
    if (!cache) return detach()
    empty(cache, (owner, watched) => {
      if (owner?.authed !== client.key) return
      // What was asked for before any name was known is the first user's, and goes with him. Where there turns out to
      // be none, screens come to rest; a loader is told.
      return owner.userId === undefined ? left || (!userId && watched) : owner.userId !== userId
    })
  }
  const detach = client.subscribe(look)
  look()
}

/** Resetting clears the screen at once; removing alone would leave the data there until the next render. */
function empty(queryClient: QueryClient, isForeign: (owner?: Partial<Owner>, watched?: unknown) => unknown): void {
  const mutations = queryClient.getMutationCache()
  for (const mutation of mutations.getAll()) {
    if (isForeign(mutation.meta?.authed as Owner)) mutations.remove(mutation)
  }
  const queries = queryClient.getQueryCache()
  for (const query of queries.getAll()) {
    const watched = query.getObserversCount()
    if (!isForeign(query.queryKey.at(-1) as Owner, watched)) continue
    // An observer goes on showing its placeholder, a former page, for as long as this option stays the same.
    for (const observer of query.observers) observer.setOptions({ ...observer.options, placeholderData: undefined })
    query.reset()
    if (!watched) queries.remove(query)
  }
}
