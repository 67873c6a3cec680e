import {
  type DefaultError,
  type QueryClient,
  type UseMutationOptions,
  type UseMutationResult,
  useMutation,
} from '@tanstack/react-query'
import { useEffect } from 'react'
import { useOwnClient } from './hooks.ts'
import { fetchFor, type WithAuthFetch } from './source.ts'
import { ownerOf } from './userData.ts'

/** Everything that `useMutation` takes, with a `mutationFn` that gets `authFetch`. */
export type AuthedMutationOptions<Data = unknown, Failure = DefaultError, Variables = void, OnMutate = unknown> = Omit<
  UseMutationOptions<Data, Failure, Variables, OnMutate>,
  'mutationFn'
> & { mutationFn: (variables: Variables, context: WithAuthFetch) => Promise<Data> }

/**
 * `useMutation` with the header attached. What one user has started is never sent as another, also when it was paused.
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
  const client = useOwnClient(queryClient)
  const owner = ownerOf(client)
  const mutation = useMutation<Data, Failure, Variables, OnMutate>(
    {
      ...options,
      meta: { ...meta, authed: client.key },
      mutationFn: (variables) => mutationFn(variables, { authFetch: fetchFor(client, owner) }),
    },
    queryClient,
  )
  const { reset } = mutation
  const { userId } = owner
  // biome-ignore lint/correctness/useExhaustiveDependencies: the result of one user is not shown to the next
  useEffect(() => reset, [userId, reset])
  return mutation
}
