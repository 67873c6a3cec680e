import type { AuthError } from './errors.ts'
import type { Session, ThresholdOptions, Thresholds } from './tokens.ts'

/** Whether somebody is signed in: `pending` until what is stored has been read. */
export type AuthStatus = 'pending' | 'authenticated' | 'unauthenticated'
/** What the refresh is doing: `paused` waits for the network. */
export type RefreshStatus = 'idle' | 'refreshing' | 'paused'
/** Why nobody is signed in any more. */
export type EndReason = 'signed-out' | 'signed-out-elsewhere' | 'rejected' | 'expired'
/** How the next token is got: by the refresh token (or its cookie), or by signing in again. */
export type Means = 'refresh' | 'credentials'

/** What the machine must know of the client's options. */
export interface Policy extends ThresholdOptions {
  /** The refresh token lives in an HttpOnly cookie. */
  cookie: boolean
  /** The client can sign in by itself where this is given. */
  credentials?: unknown
}

/** The whole state of a session. Instants are wall-clock milliseconds. */
export interface MachineState {
  readonly status: AuthStatus
  /** What is stored has been read. */
  readonly restored: boolean
  readonly session?: Session
  readonly thresholds: Thresholds
  /** Grows when the session changes hands; an answer for an older generation is dropped. */
  readonly generation: number
  /** Whether there is a way to the token after this one. */
  readonly refreshable: boolean
  readonly inFlight: boolean
  readonly means: Means
  /** When the last refresh was started. */
  readonly startedAt: number
  readonly failureCount: number
  readonly error?: AuthError
  readonly endReason?: EndReason
  /** No attempt before this instant, unless the network or the page comes back. */
  readonly retryAt: number
  /** No attempt before this instant at all: the server said so. */
  readonly notBefore: number
  readonly online: boolean
  /** The revision that a 401 has done away with: it is not handed out any more. */
  readonly unwanted?: number
  /** The revision after which somebody wants the next one before it is due. */
  readonly outgrown?: number
  /** When tokens that were not due were refreshed all the same, within the last minute. */
  readonly early: readonly number[]
}

/** Facts, in the past tense. One with a generation answers an attempt. */
export type MachineEvent =
  /** With an error where the storage has not answered yet, and nobody waits for it any longer. */
  | { type: 'restored'; session?: Session; error?: AuthError }
  | { type: 'signedIn'; session: Session }
  | { type: 'signedOut' }
  /** Another tab has removed the session, as an attempt or a look has found. */
  | { type: 'vanished'; generation?: number }
  /** Another tab has brought a newer session, as an attempt or a look has found. */
  | { type: 'adopted'; session: Session; generation?: number }
  /** Time passed. `demand` says who would want a token now: nobody, the open page, or a caller. */
  | { type: 'ticked'; demand: 'none' | 'page' | 'caller' }
  | { type: 'tokenRejected'; revision: number }
  /** Somebody wants the token after this one. */
  | { type: 'refreshAsked'; revision: number }
  | { type: 'refreshed'; generation: number; session: Session }
  /** With a session where a token came all the same: dead already, or no storage told whether it is still wanted. */
  | { type: 'refreshFailed'; generation: number; error: AuthError; delay: number; session?: Session }
  | { type: 'wentOffline' }
  | { type: 'cameOnline' }
  | { type: 'woke' }
  | { type: 'clockSetBack'; by: number }

/** Orders, carried out by the client. */
export type Effect =
  /** Get the next token by the means that the state names. */
  { type: 'obtain' } | { type: 'abort' } | { type: 'refuse'; error: AuthError }

/** The thresholds of no token. */
export const never: Thresholds = { aheadAt: Infinity, waitAt: Infinity }

/** The state before anything is known. */
export const initialState: MachineState = {
  status: 'pending',
  restored: false,
  thresholds: never,
  generation: 0,
  refreshable: true,
  inFlight: false,
  means: 'refresh',
  startedAt: -Infinity,
  failureCount: 0,
  retryAt: 0,
  notBefore: 0,
  online: true,
  early: [],
}
