import type { MachineState } from './facts.ts'
import type { AuthState } from './state.ts'
import type { TokenStorage } from './storage/storage.ts'
import type { TimelineEntry } from './timeline.ts'
import { type Claims, finite, readClaims } from './tokens.ts'

/** A look inside, without any token. */
export interface Inspection {
  readonly key: string
  /** The instant of this look, by the client's clock. */
  readonly now: number
  readonly state: AuthState
  readonly storage: { readonly name: string; readonly reach: TokenStorage['reach']; readonly error?: string }
  /** The lock in use; absent where no other tab can share the session. */
  readonly lock?: string
  readonly holdsLock: boolean
  readonly waiting: number
  /** Where callers begin to wait, and where the background refresh begins. */
  readonly waitAt?: number
  readonly refreshAheadAt?: number
  /** Whether a 401 or `expire` has done away with the access token: callers wait for the next one. */
  readonly isRejected: boolean
  /** The access token's claims, where it is a JWT. */
  readonly claims?: Claims
  /** How far this device's clock is ahead of the server's, by the token's `iat`, in milliseconds. */
  readonly clockSkew?: number
  /** The last hundred things that happened, oldest first. */
  readonly timeline: readonly TimelineEntry[]
}

/** What an inspection takes from the machine. */
export function inspectSession({ session, thresholds, unwanted }: MachineState) {
  const claims = readClaims(session?.accessToken)
  return {
    waitAt: finite(thresholds.waitAt),
    refreshAheadAt: finite(thresholds.aheadAt),
    isRejected: unwanted !== undefined,
    claims,
    clockSkew: session && claims?.iat ? session.obtainedAt - claims.iat * 1000 : undefined,
  }
}
