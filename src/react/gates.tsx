'use client'

import type { ReactNode } from 'react'
import type { AuthStatus } from '../core/index.ts'
import { useAuthState } from './useAuthState.ts'

/** What a gate takes. */
export interface GateProps {
  children?: ReactNode
}

const useShownAt = (status: AuthStatus, { children }: GateProps): ReactNode =>
  useAuthState((state) => state.status === status) ? children : null

/** Shows its children while somebody is signed in, also while the token is being refreshed or cannot be. */
export const SignedIn = (props: GateProps): ReactNode => useShownAt('authenticated', props)

/** Shows its children while nobody is signed in. */
export const SignedOut = (props: GateProps): ReactNode => useShownAt('unauthenticated', props)

/** Shows its children until what is stored has been read; on a server, always. */
export const AuthPending = (props: GateProps): ReactNode => useShownAt('pending', props)
