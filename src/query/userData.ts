import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { type AuthClient, AuthError } from '../core/index.ts'

/** The last part of every key: whose data it is. It never holds a token. */
export interface Owner {
  /** The `key` of the client. */
  authed: string
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
  if (isCurrent(client, owner)) return
  throw new AuthError(
    'session_ended',
    'This request belongs to somebody who is no longer signed in. Nothing is to be done.',
  )
}

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
  let { userId } = client.getState()
  client.subscribe(() => {
    const former = userId
    userId = client.getState().userId
    if (former !== undefined && former !== userId) void empty(client, queryClient)
  })
}

/** Resetting clears the screen at once; removing would leave the data there until the next render. */
async function empty({ key }: AuthClient, queryClient: QueryClient): Promise<void> {
  const predicate = ({ queryKey }: { queryKey: QueryKey }) =>
    (queryKey.at(-1) as Partial<Owner> | undefined)?.authed === key
  const mutations = queryClient.getMutationCache()
  for (const mutation of mutations.getAll()) if (mutation.meta?.authed === key) mutations.remove(mutation)
  await queryClient.resetQueries({ predicate })
  queryClient.removeQueries({ predicate, type: 'inactive' })
}
