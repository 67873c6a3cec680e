import {
  type DefaultError,
  type MutationFunctionContext,
  type QueryClient,
  type UseMutationOptions,
  type UseMutationResult,
  useMutation,
} from '@tanstack/react-query'
import { useEffect } from 'react'
import { useOwner } from './hooks.ts'
import { fetchFor, type WithAuthFetch } from './source.ts'
import { assertCurrent, isCurrent } from './userData.ts'

/** Everything that `useMutation` takes, with a `mutationFn` that gets `authFetch`. */
export type AuthedMutationOptions<Data = unknown, Failure = DefaultError, Variables = void, OnMutate = unknown> = Omit<
  UseMutationOptions<Data, Failure, Variables, OnMutate>,
  'mutationFn'
> & { mutationFn: (variables: Variables, context: MutationFunctionContext & WithAuthFetch) => Promise<Data> }

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
  const [client, owner] = useOwner(queryClient)
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
  const { reset } = mutation
  const { userId } = owner
  useEffect(() => {
    // At once, so that the next render no longer shows what came of the former user's.
    return client.subscribe(() => isCurrent(client, { authed: client.key, userId }) || reset())
  }, [client, userId, reset])
  return mutation
}
