'use client'

import { useMemo } from 'react'
import type { AuthClient, AuthState } from '../core/index.ts'
import { useAuthClient } from './AuthProvider.tsx'
import type { RegisteredCredentials } from './register.ts'
import { useAuthState } from './useAuthState.ts'

/** What {@link useAccessToken} returns: the state of the session and what can be done with it. */
export interface AccessToken<Credentials = RegisteredCredentials>
  extends AuthState,
    Pick<AuthClient<Credentials>, 'getAccessToken' | 'refresh' | 'signIn' | 'signOut' | 'setTokens'> {
  /**
   * The token at the time of reading, or `undefined` where one must be waited for, and where this state is of nobody or
   * of somebody who is gone. Not enumerable, so it gets into no JSON, no spread and no devtools. For requests prefer
   * `client.fetch` or `getAccessToken`: this value grows old.
   */
  readonly accessToken: string | undefined
}

/**
 * The verify-expired-then-refresh flow as a hook. `getAccessToken()` resolves with a valid token, refreshing where
 * needed; the rest is the session's state and its verbs. Renders again at each rotation: where only a part of the
 * state matters, use `useAuthState`.
 *
 * @typeParam Credentials What sign-in takes; nobody checks it. For the whole app say it once, with `Register`.
 *
 * @example
 * ```tsx
 * const { status, expiresAt, getAccessToken, signOut } = useAccessToken()
 * ```
 *
 * @throws `Error` outside an `AuthProvider`.
 */
export function useAccessToken<Credentials = RegisteredCredentials>(): AccessToken<Credentials> {
  const client = useAuthClient<Credentials>()
  const state = useAuthState()
  return useMemo(() => {
    const { getAccessToken, refresh, signIn, signOut, setTokens } = client
    const result = { ...state, getAccessToken, refresh, signIn, signOut, setTokens }
    // By the state: the first render of a page must be what the server has rendered, whoever is known already.
    const get = () =>
      state.status === 'authenticated' && state.userId === client.getState().userId
        ? client.peekAccessToken()
        : undefined
    return Object.defineProperty(result, 'accessToken', { get }) as AccessToken<Credentials>
  }, [client, state])
}
