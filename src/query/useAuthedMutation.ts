'use client'

import {
  type DefaultError,
  type Mutation,
  type MutationCache,
  type MutationFunctionContext,
  type QueryClient,
  type UseMutationOptions,
  type UseMutationResult,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { AuthClient } from '../core/index.ts'
import { useOwner } from './hooks.ts'
import { fetchFor, type WithAuthFetch } from './source.ts'
import { assertCurrent, isCurrent, type Owner, userIsGone } from './userData.ts'

/** Everything that `useMutation` takes, with a `mutationFn` that gets `authFetch`. */
export type AuthedMutationOptions<Data = unknown, Failure = DefaultError, Variables = void, OnMutate = unknown> = Omit<
  UseMutationOptions<Data, Failure, Variables, OnMutate>,
  'mutationFn'
> & { mutationFn: (variables: Variables, context: MutationFunctionContext & WithAuthFetch) => Promise<Data> }

/**
 * `useMutation` with the header attached. What one user has started is never sent as another: what waits for the
 * network when he goes is rejected with `session_ended` at once.
 *
 * @example
 * ```tsx
 * const add = useAuthedMutation({
 *   mutationFn: (name: string, { authFetch }) => authFetch('https://api.example.com/rows', { method: 'POST', body: name }),
 * })
 * ```
 */
export function useAuthedMutation<Data = unknown, Failure = DefaultError, Variables = void, OnMutate = unknown>(
  { mutationFn, meta, ...options }: AuthedMutationOptions<Data, Failure, Variables, OnMutate>,
  queryClient?: QueryClient,
): UseMutationResult<Data, Failure, Variables, OnMutate> {
  const [client, owner] = useOwner(queryClient)
  const cache = useQueryClient(queryClient).getMutationCache()
  const mutation = useMutation<Data, Failure, Variables, OnMutate>(
    {
      ...options,
      meta: { ...meta, authed: owner },
      async mutationFn(variables, context) {
        assertCurrent(client, owner)
        return mutationFn(variables, { ...context, authFetch: fetchFor(client, owner) })
      },
    },
    queryClient,
  )
  const { reset, mutateAsync: start } = mutation
  const { userId } = owner
  useEffect(() => {
    // At once, so that the next render no longer shows what came of the former user's.
    return client.subscribe(() => isCurrent(client, { authed: client.key, userId }) || reset())
  }, [client, userId, reset])
  const verbs = useMemo(() => {
    const mutateAsync: typeof start = (...given) => settled(client, cache, () => start(...given))
    return { mutateAsync, mutate: (...given: Parameters<typeof start>) => void mutateAsync(...given).catch(() => {}) }
  }, [client, cache, start])
  return { ...mutation, ...verbs } as typeof mutation
}

/**
 * Settles like the mutation that `start` begins, also where that is paused when its user goes: out of the cache nothing
 * would ever resume it.
 */
function settled<Data>(client: AuthClient, cache: MutationCache, start: () => Promise<Data>): Promise<Data> {
  return new Promise((resolve, reject) => {
    let own: Mutation | undefined
    let removed = false
    const stop = cache.subscribe(({ type, mutation }) => {
      if (type === 'added') own ??= mutation
      if (!own || mutation !== own) return
      removed ||= type === 'removed'
      if (removed && own.state.isPaused && isForsaken(client, own)) refuse(own)
      if (own.state.status !== 'error') return
      stop()
      reject(own.state.error)
    })
    start().then(resolve, reject).finally(stop)
  })
}

/** Whether its user is gone. What was begun before any name was known goes with the first one. */
function isForsaken(client: AuthClient, { meta }: Mutation): boolean {
  const owner = meta?.authed as Owner
  return owner.userId === undefined || !isCurrent(client, owner)
}

/** Runs what is paused to its end without sending it, so that its callbacks hear of it. */
function refuse(mutation: Mutation): void {
  const mutationFn = () => Promise.reject(userIsGone())
  mutation.setOptions({ ...mutation.options, mutationFn, networkMode: 'always', retry: false, scope: undefined })
  mutation.execute(mutation.state.variables).catch(() => {})
}
