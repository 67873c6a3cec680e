import type { AuthError } from './errors.ts'
import type { MachineState } from './facts.ts'
import { endures, type Retry } from './options.ts'
import { isFromFuture, livesFor } from './tokens.ts'

/** What a caller waits for. */
export interface Wish {
  /** How long the token must still be valid, in milliseconds. */
  minValidity?: number
  /** The session revision that is not good enough. */
  beyond?: number
  signal?: AbortSignal | null
}

interface Waiter {
  wish: Wish
  /** How things stood when the waiting began. */
  since: MachineState
  settle: (answer: string | { error: unknown }) => void
}

/** What a caller gets when nobody is signed in, or somebody else is. */
export type ExplainEnd = (state: MachineState) => AuthError

/** A caller waits no longer than this for a server that has told when to come back. */
const longestWait = 60_000

/** The callers that wait for a token, each with its own wish; `gaveUp` hears when one has ended its waiting. */
export function createWaiters(retry: Retry | undefined, explainEnd: ExplainEnd, gaveUp: () => void) {
  const waiters = new Set<Waiter>()

  /** The token, an error, or `undefined` to go on waiting. */
  function verdict({ wish, since }: Waiter, state: MachineState, now: number): string | AuthError | undefined {
    const { session, error, failureCount, status, thresholds, unwanted, refreshable } = state
    const { minValidity = 0, beyond } = wish
    const former = since.session
    if (status === 'unauthenticated') return error ?? explainEnd(state)
    if (!state.restored) return undefined
    if (session) {
      if (former && former.userId !== session.userId) return explainEnd(state)
      const { expiresAt = Infinity, revision, accessToken } = session
      // Where the clock was set back nobody knows how long the token lives.
      const alive = now < expiresAt && !(refreshable && isFromFuture(session, now))
      const fresh = former?.id !== session.id || former.revision !== revision
      const good =
        !refreshable || (now < thresholds.waitAt && livesFor(session, minValidity, now) && unwanted !== revision)
      const wanted = beyond !== revision || former?.id !== session.id
      if (alive && wanted && (fresh || good || failureCount > 0 || !state.online)) return accessToken
    }
    if (error && failureCount > 0) {
      const hopeless = state.notBefore - now > longestWait
      // No caller is told of a failure from before it began to wait.
      if (hopeless || (failureCount !== since.failureCount && !endures(retry, failureCount, error))) return error
    }
    return undefined
  }

  return {
    /** How many callers wait. */
    get size() {
      return waiters.size
    },
    add(wish: Wish, since: MachineState): Promise<string> {
      return new Promise<string>((resolve, reject) => {
        const { signal } = wish
        const abort = () => {
          waiter.settle({ error: signal?.reason })
          gaveUp()
        }
        const waiter: Waiter = {
          wish,
          since,
          settle(answer) {
            waiters.delete(waiter)
            signal?.removeEventListener('abort', abort)
            typeof answer === 'string' ? resolve(answer) : reject(answer.error)
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
          if (answer) waiter.settle(typeof answer === 'string' ? answer : { error: answer })
        } catch (error) {
          // The app's `retry` has thrown.
          waiter.settle({ error })
        }
      }
    },
    /** Turns away those who asked for a token beyond the current one. */
    refuse(error: AuthError) {
      for (const waiter of [...waiters]) if (waiter.wish.beyond !== undefined) waiter.settle({ error })
    },
  }
}
