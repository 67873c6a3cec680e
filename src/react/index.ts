export { AuthProvider, type AuthProviderProps, useAuthClient } from './AuthProvider.tsx'
export { AuthPending, type GateProps, SignedIn, SignedOut } from './gates.tsx'
export { type AccessToken, useAccessToken } from './useAccessToken.ts'
export { useAuthState } from './useAuthState.ts'
