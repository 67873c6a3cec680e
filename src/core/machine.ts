import { AuthError } from './errors.ts'
import {
  type Effect,
  type EndReason,
  type MachineEvent,
  type MachineState,
  type Means,
  never,
  type Policy,
} from './facts.ts'
import { type Session, thresholds } from './tokens.ts'

/** What {@link transition} returns. */
export type Transition = readonly [MachineState, readonly Effect[]]

/** The shortest time between the starts of two refreshes, in milliseconds. */
export const refreshFloor = 1_000
/** How many refreshes of tokens that were not yet due are made within a minute. */
export const earlyLimit = 10
const offlinePatience = 30_000
const calm = {
  inFlight: false,
  failureCount: 0,
  error: undefined,
  retryAt: 0,
  notBefore: 0,
  unwanted: undefined,
  outgrown: undefined,
}

function holding(state: MachineState, session: Session, now: number, policy: Policy): MachineState {
  const sameUser = state.session?.id === session.id
  // What was said about this very token still holds.
  const known = sameUser && state.session?.revision === session.revision
  const { unwanted, outgrown } = known ? state : calm
  const refreshable = availableMeans({ session, means: 'refresh' }, policy) !== undefined
  return {
    ...state,
    ...{ ...calm, unwanted, outgrown },
    status: 'authenticated',
    restored: true,
    session,
    refreshable,
    // There is nothing to wait for, and nothing to hurry.
    thresholds: thresholds(session, now, refreshable ? policy : { refreshAhead: 0, expiryMargin: 0 }),
    generation: state.generation + (sameUser ? 0 : 1),
    means: 'refresh',
    endReason: undefined,
  }
}

function ended(state: MachineState, endReason: EndReason | undefined, error?: AuthError): Transition {
  const next: MachineState = {
    ...state,
    ...calm,
    status: 'unauthenticated',
    restored: true,
    session: undefined,
    thresholds: never,
    generation: state.generation + 1,
    error,
    endReason,
  }
  return [next, [{ type: 'abort' }]]
}

/** How the next token could be got, or `undefined` where it cannot. */
function availableMeans(
  { session, means }: Pick<MachineState, 'session' | 'means'>,
  { cookie, credentials }: Policy,
): Means | undefined {
  if (means === 'refresh' && (cookie || session?.refreshToken)) return 'refresh'
  return credentials ? 'credentials' : undefined
}

/** When the next refresh may start; `Infinity` while one is in flight or nothing is to be had. */
export function dueAt(state: MachineState): number {
  const { session, unwanted, outgrown, startedAt, retryAt, notBefore } = state
  if (state.inFlight || !state.restored || state.status === 'unauthenticated') return Infinity
  if (session && !state.refreshable) return Infinity
  const { revision } = session ?? {}
  const wantedAt = session && unwanted !== revision && outgrown !== revision ? state.thresholds.aheadAt : 0
  return Math.max(wantedAt, retryAt, notBefore, startedAt + refreshFloor)
}

function ticked(state: MachineState, demand: string, now: number, policy: Policy): Transition {
  if (!state.restored || state.inFlight) return [state, []]
  const means = availableMeans(state, policy)
  const { session, status } = state
  if (status === 'unauthenticated') {
    // The guide's `generateAccessToken`: asked for a token without a session, the client signs in by itself.
    const hopeless = !policy.credentials || state.error?.code === 'sign_in_rejected'
    if (demand !== 'caller' || hopeless || now < state.startedAt + refreshFloor) return [state, []]
    return start({ ...state, status: 'pending' }, 'credentials', now)
  }
  if (!means) {
    const over = !session || (session.expiresAt ?? Infinity) <= now
    return over ? ended(state, session && 'expired', session && sessionEnded()) : [state, []]
  }
  return demand !== 'none' && now >= dueAt(state) ? start(state, means, now) : [state, []]
}

function start(state: MachineState, means: Means, now: number): Transition {
  const wasDue = !state.session || now >= state.thresholds.aheadAt || state.failureCount > 0
  const next: MachineState = {
    ...state,
    inFlight: true,
    means,
    startedAt: now,
    early: wasDue ? state.early : [...state.early, now],
  }
  return [next, [{ type: 'obtain' }]]
}

function refreshFailed(
  state: MachineState,
  { error, delay }: MachineEvent & { type: 'refreshFailed' },
  now: number,
  policy: Policy,
): Transition {
  if (error.transient) {
    const notBefore = error.retryAfter === undefined ? 0 : now + error.retryAfter
    // A page that is told to be offline may be told wrong, so it goes on trying, but seldom.
    const retryAt = Math.max(now + (state.online ? delay : offlinePatience), notBefore)
    return [{ ...state, inFlight: false, failureCount: state.failureCount + 1, error, retryAt, notBefore }, []]
  }
  if (state.means === 'refresh' && policy.credentials) return start({ ...state, failureCount: 0 }, 'credentials', now)
  if (!state.session) return ended(state, undefined, state.means === 'credentials' ? error : undefined)
  const expired = now >= (state.session.sessionExpiresAt ?? Infinity)
  return ended(state, expired ? 'expired' : 'rejected', error)
}

function replaced(
  state: MachineState,
  { type, revision }: MachineEvent & { revision: number },
  now: number,
): Transition {
  const { session, inFlight } = state
  if (session?.revision !== revision) return [state, []]
  const isDead = type === 'tokenRejected'
  const mark = isDead ? { unwanted: revision } : { outgrown: revision }
  // The attempt under way may bring nothing newer than this token.
  if (inFlight) return [{ ...state, ...mark }, []]
  if (!state.refreshable) {
    const error = sessionEnded()
    return isDead && session.expiresAt === undefined
      ? ended(state, 'rejected', error)
      : [state, [{ type: 'refuse', error }]]
  }
  const early = state.early.filter((at) => at > now - 60_000)
  if (early.length < earlyLimit) {
    // A person who asks does not wait for the pause after a failure; only the server's own word holds.
    const retryAt = isDead ? state.retryAt : state.notBefore
    return [{ ...state, ...mark, early, retryAt }, []]
  }
  const message = `The API refused ${earlyLimit} fresh tokens within a minute, so no more are fetched for now. Check that it accepts tokens of this endpoint.`
  const error = new AuthError('refresh_limit', message, { retryAfter: (early[0] as number) + 60_000 - now })
  return [{ ...state, early, error }, [{ type: 'refuse', error }]]
}

/** What the end of a session is told with. */
const sessionEnded = (): AuthError =>
  new AuthError('session_ended', 'The session has ended and nothing is left to refresh it with. Sign in again.')

/**
 * What a session brings that was signed in, found or fetched. The answer to an attempt ends it. What was found by
 * looking ends it only where the session has changed hands: else a second one would start beside it.
 */
function arrived(state: MachineState, event: MachineEvent & { session: Session }, now: number, policy: Policy) {
  const next = holding(state, event.session, now, policy)
  if ('generation' in event) return [next, []] as const
  if (next.generation !== state.generation) return [next, [{ type: 'abort' }]] as const
  return [{ ...next, inFlight: state.inFlight }, []] as const
}

/** The next state and what is to be done, from a state and what happened at `now`. Pure. */
export function transition(state: MachineState, event: MachineEvent, now: number, policy: Policy): Transition {
  // The answer comes too late: the session has changed hands since.
  if ('generation' in event && event.generation !== state.generation) return [state, []]
  switch (event.type) {
    case 'restored': {
      if (state.restored || (event.error && state.error)) return [state, []]
      if (event.error) {
        const [silent, effects] = ended(state, undefined, event.error)
        return [{ ...silent, restored: false }, effects]
      }
      if (event.session) return [holding(state, event.session, now, policy), []]
      const restored: MachineState = { ...state, restored: true }
      return availableMeans(restored, policy) ? [restored, []] : ended(restored, undefined)
    }
    case 'signedIn':
      return arrived({ ...state, session: undefined }, event, now, policy)
    case 'adopted':
    case 'refreshed':
      return arrived(state, event, now, policy)
    case 'signedOut':
      return ended(state, 'signed-out')
    case 'vanished':
      return state.session ? ended(state, 'signed-out-elsewhere') : [state, []]
    case 'ticked':
      return ticked(state, event.demand, now, policy)
    case 'tokenRejected':
    case 'refreshAsked':
      return replaced(state, event, now)
    case 'refreshFailed': {
      const { failureCount } = state
      const next = event.session ? { ...holding(state, event.session, now, policy), failureCount } : state
      return refreshFailed(next, event, now, policy)
    }
    case 'wentOffline':
      return [{ ...state, online: false, retryAt: now + offlinePatience }, []]
    case 'cameOnline': {
      const { online, retryAt, notBefore } = state
      return [online && retryAt === notBefore ? state : { ...state, online: true, retryAt: notBefore }, []]
    }
    case 'woke':
      return [state.online ? { ...state, retryAt: state.notBefore } : state, []]
    case 'clockSetBack':
      return [setBack(state, event.by), []]
  }
}

/** Moves every kept instant along with the clock, so that neither a dead token is served nor a live one dropped. */
function setBack(state: MachineState, by: number): MachineState {
  const { session, thresholds, startedAt, retryAt, notBefore } = state
  const moved = session && {
    ...session,
    obtainedAt: session.obtainedAt - by,
    expiresAt: session.expiresAt && session.expiresAt - by,
    sessionExpiresAt: session.sessionExpiresAt && session.sessionExpiresAt - by,
  }
  return {
    ...state,
    session: moved,
    thresholds: { aheadAt: thresholds.aheadAt - by, waitAt: thresholds.waitAt - by },
    startedAt: startedAt - by,
    retryAt: retryAt - by,
    notBefore: notBefore - by,
    early: state.early.map((at) => at - by),
  }
}
