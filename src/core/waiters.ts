import type { AuthError } from './errors.ts'
import type { MachineState } from './facts.ts'
import { isFromFuture } from './tokens.ts'

/** What a caller waits for. */
export interface Wish {
  /** How long the token must still be valid, in milliseconds. */
  minValidity?: number
  /** The session revision that is not good enough. */
  beyond?: number
  signal?: AbortSignal | null
}

interface Waiter extends Wish {
  since: { userId?: string; id?: string; revision?: number; failed: boolean }
  resolve: (accessToken: string) => void
  reject: (error: unknown) => void
}

/** Decides whether a waiting caller puts up with one more failure. */
export type Patience = (failureCount: number, error: AuthError) => boolean

/** What a caller gets when nobody is signed in, or somebody else is. */
export type ExplainEnd = (state: MachineState) => AuthError

/** A caller waits no longer than this for a server that has told when to come back. */
const longestWait = 60_000

/** The callers that wait for a token, each with its own wish; `gaveUp` hears when one has ended its waiting. */
export function createWaiters(patience: Patience, explainEnd: ExplainEnd, gaveUp: () => void) {
  const waiters = new Set<Waiter>()

  /** The token, an error, or `undefined` to go on waiting. */
  function verdict(
    { minValidity = 0, beyond, since }: Waiter,
    state: MachineState,
    now: number,
  ): string | AuthError | undefined {
    const { session, error, failureCount, status, thresholds, unwanted, refreshable } = state
    if (status === 'unauthenticated') return state.error ?? explainEnd(state)
    if (!state.restored) return undefined
    if (session) {
      if (since.userId !== undefined && since.userId !== session.userId) return explainEnd(state)
      const { expiresAt = Infinity, obtainedAt, revision, accessToken } = session
      // Where the clock was set back nobody knows how long the token lives.
      const alive = now < expiresAt && !(refreshable && isFromFuture(session, now))
      const fresh = since.id !== session.id || since.revision !== revision
      // No token lives longer than its lifetime: more cannot be asked of it.
      const needed = Math.min(minValidity, (expiresAt - obtainedAt) * 0.8)
      const good = !refreshable || (now < thresholds.waitAt && now + needed <= expiresAt && unwanted !== revision)
      const wanted = beyond !== revision || since.id !== session.id
      if (alive && wanted && (fresh || good || failureCount > 0 || !state.online)) return accessToken
    }
    if (failureCount > 0 && error) {
      const hopeless = state.notBefore - now > longestWait
      if (hopeless || (since.failed && !patience(failureCount, error))) return error
    }
    return undefined
  }

  return {
    /** How many callers wait. */
    get size() {
      return waiters.size
    },
    add(wish: Wish, { session }: MachineState): Promise<string> {
      return new Promise<string>((resolve, reject) => {
        const { signal } = wish
        const { userId, id, revision } = session ?? {}
        const leave = () => {
          waiters.delete(waiter)
          signal?.removeEventListener('abort', abort)
        }
        const abort = () => {
          waiter.reject(signal?.reason)
          gaveUp()
        }
        const waiter: Waiter = {
          ...wish,
          since: { userId, id, revision, failed: false },
          resolve: (token) => {
            leave()
            resolve(token)
          },
          reject: (error) => {
            leave()
            reject(error)
          },
        }
        waiters.add(waiter)
        signal?.addEventListener('abort', abort)
        if (signal?.aborted) abort()
      })
    },
    /** Lets go everybody whose wish is fulfilled or past hope. */
    settle(state: MachineState, now: number) {
      for (const waiter of [...waiters]) {
        try {
          const answer = verdict(waiter, state, now)
          if (typeof answer === 'string') waiter.resolve(answer)
          else if (answer) waiter.reject(answer)
        } catch (error) {
          // The app's `retry` has thrown.
          waiter.reject(error)
        }
      }
    },
    /** Notes that an attempt has failed which these callers have waited for. */
    noteFailure() {
      for (const waiter of waiters) waiter.since.failed = true
    },
    /** Turns away those who asked for a token beyond the current one. */
    refuse(error: AuthError) {
      for (const waiter of [...waiters]) if (waiter.beyond !== undefined) waiter.reject(error)
    },
  }
}
