import {
  type AuthClient,
  type AuthClientOptions,
  createAuthClient,
  memoryStorage,
  type TokenEndpoint,
} from 'authed/core'
import { AuthProvider } from 'authed/react'
import { type ReactNode, StrictMode } from 'react'

/** A backend in the page: whoever signs in by name gets tokens under it. */
export const endpoint: TokenEndpoint<string> = {
  signIn: (name) => ({ accessToken: `access-${name}-1`, refreshToken: '1', expiresIn: 600_000, userId: name }),
  refresh: (spent) => ({
    accessToken: `access-${Number(spent) + 1}`,
    refreshToken: String(Number(spent) + 1),
    expiresIn: 600_000,
  }),
}

export const createSession = (options: Partial<AuthClientOptions<string>> = {}): AuthClient<string> =>
  createAuthClient({ endpoint, storage: memoryStorage(), ...options })

/** The provider around a screen; in StrictMode, as everywhere. */
export const providerOf =
  (client: AuthClient<string>) =>
  ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <AuthProvider client={client}>{children}</AuthProvider>
    </StrictMode>
  )
