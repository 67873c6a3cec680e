'use client'

import { type AuthState, pendingState } from '../core/index.ts'
import { useAuthClient } from './AuthProvider.tsx'
import { useSelected } from './useSelected.ts'

const everything = (state: AuthState) => state

/**
 * A part of the session's state. The component renders again only when that part changes; a plain object counts as
 * unchanged while its members are, and stays the same one, also where the selector is written in place. A server and
 * the first render of a page see `pending`.
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
  return useSelected(useAuthClient(), selector, pendingState)
}
