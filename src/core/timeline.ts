import type { MachineEvent } from './facts.ts'

/** What can happen: the machine's events, and what goes on between them. */
export type TimelineType =
  | Exclude<MachineEvent['type'], 'ticked'>
  /** This tab sets out for the next token. */
  | 'attemptStarted'
  /** This tab got the lock, after waiting for `duration`. */
  | 'lockTaken'
  /** The API answered a request with a 401 that tells of a dead token. */
  | 'unauthorized'
  /** There is a token to send that request once more with, after `duration`. */
  | 'replayed'

/** One thing that happened. It holds no token. */
export interface TimelineEntry {
  readonly type: TimelineType
  readonly at: number
  readonly revision?: number
  /** The code of the error that came with it. */
  readonly code?: string
  /** How long it took, in milliseconds. */
  readonly duration?: number
  /** How long until the next attempt may start, in milliseconds. */
  readonly delay?: number
}

/** How many of the last things that happened are remembered. */
export const timelineLength = 100
