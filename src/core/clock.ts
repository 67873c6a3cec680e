/** Where the time comes from. Delays and instants are milliseconds. */
export interface Clock {
  /** The wall clock: milliseconds since 1970-01-01 UTC. */
  now(): number
  setTimeout(callback: () => void, delay: number): unknown
  clearTimeout(timer: unknown): void
}

/** The longest delay that a timer can take; a longer one would fire at once. */
export const longestDelay = 2 ** 31 - 1

/**
 * The clock of the platform, looked up whenever it is read, so that fake timers work. Some scripting sandboxes have no
 * timers: there nothing wakes the client, and every call compares with the clock all the same.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delay) => globalThis.setTimeout?.(callback, delay),
  clearTimeout: (timer) => globalThis.clearTimeout?.(timer as ReturnType<typeof setTimeout>),
}
