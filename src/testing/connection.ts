const message = 'Failed to fetch'

/** The dropped connection, as `fetch` shows it. */
export const dropped = (): TypeError => new TypeError(message)

/** Whether an error is a dropped connection; over HTTP it becomes a closed socket. */
export const isDropped = (error: unknown): boolean => error instanceof TypeError && error.message === message

/** The promise as long as the request is not given up; then a rejection with the signal's reason, as with `fetch`. */
export function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason)
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}

/** Passes time by a timer, until the signal ends it. */
export function timerSleep(duration: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, duration)
  })
  return untilAborted(signal, passed).finally(() => clearTimeout(timer))
}
