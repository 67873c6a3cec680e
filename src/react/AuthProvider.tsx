'use client'

import { createContext, type ReactNode, useContext, useEffect } from 'react'
import type { AuthClient } from '../core/index.ts'
import type { RegisteredCredentials } from './register.ts'

const AuthContext = createContext<AuthClient | undefined>(undefined)

/** What {@link AuthProvider} takes. */
export interface AuthProviderProps<Credentials = RegisteredCredentials> {
  /** Made once, outside rendering, by `createAuthClient`. */
  client: AuthClient<Credentials>
  children?: ReactNode
}

/**
 * Gives the client to the hooks below it and keeps it mounted: the session is restored, followed over all tabs and
 * refreshed ahead for as long as a provider is on screen.
 *
 * @example
 * ```tsx
 * const client = createAuthClient({ endpoint: baserow('https://api.baserow.io') })
 * const App = () => <AuthProvider client={client}><Rows /></AuthProvider>
 * ```
 */
export function AuthProvider<Credentials = RegisteredCredentials>({
  client,
  children,
}: AuthProviderProps<NoInfer<Credentials>>): ReactNode {
  useEffect(() => client.mount(), [client])
  return <AuthContext.Provider value={client as AuthClient}>{children}</AuthContext.Provider>
}

/**
 * The client of the nearest {@link AuthProvider}.
 *
 * @typeParam Credentials What its sign-in takes; nobody checks it. For the whole app say it once, with `Register`.
 *
 * @throws `Error` outside a provider.
 */
export function useAuthClient<Credentials = RegisteredCredentials>(): AuthClient<Credentials> {
  const client = useContext(AuthContext)
  if (!client) throw new Error('No AuthProvider above this component. Wrap the app in <AuthProvider client={client}>.')
  return client as AuthClient<Credentials>
}
