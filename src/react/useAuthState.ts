import { useMemo, useSyncExternalStore } from 'react'
import { type AuthState, isShallowEqual, pendingState } from '../core/index.ts'
import { useAuthClient } from './AuthProvider.tsx'

const everything = (state: AuthState) => state

/**
 * A part of the session's state. The component renders again only when that part changes; a plain object counts as
 * unchanged while its members are. A server and the first render of a page see `pending`.
 *
 * @example
 * ```tsx
 * const status = useAuthState((state) => state.status)
 * ```
 *
 * @throws `Error` outside an `AuthProvider`.
 */
export function useAuthState(): AuthState
export function useAuthState<Selected>(selector: (state: AuthState) => Selected): Selected
export function useAuthState(selector: (state: AuthState) => unknown = everything): unknown {
  const client = useAuthClient()
  const [getSnapshot, getServerSnapshot] = useMemo(() => {
    const select = remember(selector)
    return [() => select(client.getState()), () => select(pendingState)]
  }, [client, selector])
  return useSyncExternalStore(client.subscribe, getSnapshot, getServerSnapshot)
}

/** Keeps the last selection for as long as a new one would equal it. */
function remember<Selected>(selector: (state: AuthState) => Selected): (state: AuthState) => Selected {
  let last: { state: AuthState; selected: Selected } | undefined
  return (state) => {
    if (last?.state === state) return last.selected
    const selected = selector(state)
    last = { state, selected: last && isShallowEqual(last.selected, selected) ? last.selected : selected }
    return last.selected
  }
}
