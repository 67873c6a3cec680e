/** A clock that stands still until it is told to go. */
export interface FakeClock {
  now(): number
  /** As the platform's: a delay above 2³¹−1 ms fires at once. */
  setTimeout(callback: () => void, delay: number): unknown
  clearTimeout(timer: unknown): void
  /** Moves on by `duration` ms, firing what is due in order and letting promises run in between. */
  advance(duration: number): Promise<void>
  /** The closed laptop: the wall clock moves on by `duration` ms and no timer fires, not even a little late. */
  sleep(duration: number): void
  /** Somebody sets the wall clock. Timers go on as they were. */
  set(instant: number): void
  /** How many timers wait. */
  readonly pending: number
}

/** The platform's own turn, kept before anybody fakes the timers. */
const { setImmediate, setTimeout: realSetTimeout } = globalThis as typeof globalThis & {
  setImmediate?: (run: () => void) => void
}
const nextTurn = () =>
  new Promise<void>((resolve) => (setImmediate ? setImmediate(resolve) : realSetTimeout(resolve, 0)))

/** The longest delay that a platform's timer takes; a longer one overflows, and the timer fires at once. */
const longestDelay = 2 ** 31 - 1
const effective = (delay: number) => (delay > 0 && delay <= longestDelay ? delay : 0)

/** Lets promise chains run, those through the event loop included, but not what is computed off it, as signatures are. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await nextTurn()
}

/** A {@link FakeClock} that starts at `start`, default 2026-01-01. */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let wall = start
  let monotonic = 0
  let count = 0
  const timers = new Map<number, { at: number; callback: () => void }>()
  const nextDue = (until: number) =>
    [...timers].filter(([, { at }]) => at <= until).sort(([one, a], [other, b]) => a.at - b.at || one - other)[0]
  return {
    now: () => wall,
    setTimeout(callback, delay) {
      timers.set(++count, { at: monotonic + effective(delay), callback })
      return count
    },
    clearTimeout: (timer) => void timers.delete(timer as number),
    async advance(duration) {
      const until = monotonic + duration
      await settle()
      for (let due = nextDue(until); due; due = nextDue(until)) {
        const [timer, { at, callback }] = due
        timers.delete(timer)
        wall += at - monotonic
        monotonic = at
        callback()
        await settle()
      }
      wall += until - monotonic
      monotonic = until
      await settle()
    },
    sleep(duration) {
      wall += duration
    },
    set(instant) {
      wall = instant
    },
    get pending() {
      return timers.size
    },
  }
}
