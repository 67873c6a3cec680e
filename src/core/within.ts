import type { Clock } from './clock.ts'
import { AuthError } from './errors.ts'

/**
 * Runs `task` for at most `limit` milliseconds, also where it does not listen to the signal that it is given.
 *
 * @throws `timeout` {@link AuthError} when the time is over, the outer signal's reason when that aborts.
 */
export async function within<T>(
  clock: Clock,
  limit: number,
  task: (signal: AbortSignal) => T | PromiseLike<T>,
  outer?: AbortSignal,
): Promise<T> {
  const controller = new AbortController()
  let timer: unknown
  let abort!: () => void
  try {
    return await new Promise<T>((resolve, reject) => {
      // Not by the signal: React Native's knows no reason.
      const stop = (reason: unknown) => {
        reject(reason)
        controller.abort(reason)
      }
      const late = () =>
        stop(new AuthError('timeout', `No answer came within ${limit} ms. A refresh is tried again by itself.`))
      timer = clock.setTimeout(late, limit)
      abort = () => stop(outer?.reason)
      outer?.addEventListener('abort', abort)
      if (outer?.aborted) return abort()
      // Not `resolve(task())`: that would bind this promise to the task's, which may never end.
      Promise.resolve(task(controller.signal)).then(resolve, reject)
    })
  } finally {
    clock.clearTimeout(timer)
    outer?.removeEventListener('abort', abort)
  }
}

/**
 * What `access` to something on this device brings within three seconds in which the page is awake. A page that was
 * frozen hears of the timer that has become due before it hears of the answer: so one timer tells nothing, three do.
 *
 * @throws `timeout` {@link AuthError} when the time is over, else what `access` throws.
 */
export async function promptly<T>(clock: Clock, access: () => T | PromiseLike<T>): Promise<T> {
  const answer = (async () => access())()
  for (let second = 1; ; second++) {
    try {
      return await within(clock, 1_000, () => answer)
    } catch (error) {
      if (second === 3) throw error
    }
  }
}
