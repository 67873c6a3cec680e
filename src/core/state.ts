import type { AuthError } from './errors.ts'
import type { AuthStatus, EndReason, MachineState, RefreshStatus } from './facts.ts'
import { dueAt } from './machine.ts'
import { finite } from './tokens.ts'

/** What the app may know of the session. It holds no token. Instants are wall-clock milliseconds. */
export interface AuthState {
  /** `pending` until what is stored has been read; then `authenticated` or `unauthenticated`. */
  readonly status: AuthStatus
  /** `refreshing` while a new token is fetched or awaits its next attempt; `paused` while the network is away. */
  readonly refreshStatus: RefreshStatus
  /** Who is signed in: part of every query key. */
  readonly userId?: string
  /** Grows with every new access token of the session. */
  readonly revision?: number
  /** When the current access token was asked for. */
  readonly obtainedAt?: number
  /** When the access token dies; absent if unknown. There is no flag for a dead token, which would grow stale: compare. */
  readonly expiresAt?: number
  /** When the refresh token dies and somebody must sign in again; absent if unknown. */
  readonly sessionExpiresAt?: number
  /** When the next refresh may start; absent while one is under way or none is possible. */
  readonly nextRefreshAt?: number
  /** How many attempts have failed since the last one that succeeded. */
  readonly failureCount: number
  /** Why the last attempt failed or the session ended. */
  readonly error?: AuthError
  /** Why nobody is signed in any more; absent where nobody was. */
  readonly endReason?: EndReason
}

/** What a server and the first render of a page know. */
export const pendingState: AuthState = { status: 'pending', refreshStatus: 'idle', failureCount: 0 }

/** The public part of the machine's state; `previous` itself where nothing of it has changed. */
export function publicState(state: MachineState, previous?: AuthState): AuthState {
  const { status, session, failureCount, error, endReason, online, inFlight } = state
  const next: AuthState = {
    status,
    refreshStatus: !online && !inFlight ? 'paused' : inFlight || failureCount > 0 ? 'refreshing' : 'idle',
    userId: session?.userId,
    revision: session?.revision,
    obtainedAt: session?.obtainedAt,
    expiresAt: session?.expiresAt,
    sessionExpiresAt: session?.sessionExpiresAt,
    nextRefreshAt: finite(dueAt(state)),
    failureCount,
    error,
    endReason,
  }
  return previous && isShallowEqual(previous, next) ? previous : next
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)

/** Whether two values are the same, or two plain objects or arrays whose members are. */
export function isShallowEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (!isPlain(one) || !isPlain(other) || Array.isArray(one) !== Array.isArray(other)) return false
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => Object.is(one[key], other[key]))
}
