import type { Clock } from 'authed'

/** A clock that goes with the system's and can be put ahead, so that nobody has to wait for a token to grow old. */
export interface StageClock extends Clock {
  /** Goes `duration` milliseconds ahead at once. Timers that come due on the way fire, in order. */
  skip(duration: number): void
  /** The closed laptop: the wall clock goes ahead by `duration` milliseconds, and no timer fires. */
  sleep(duration: number): void
  /** How far it is ahead of the system's clock, in milliseconds. */
  ahead(): number
}

interface Timer {
  at: number
  fire: () => void
  handle: ReturnType<typeof setTimeout>
}

/** Makes one that is not ahead yet. */
export function createStageClock(): StageClock {
  const timers = new Map<unknown, Timer>()
  let skipped = 0
  let slept = 0
  let count = 0
  const running = () => Date.now() + skipped

  function firstDue(until: number): Timer | undefined {
    return [...timers.values()].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0]
  }

  return {
    now: () => running() + slept,
    ahead: () => skipped + slept,
    setTimeout(callback, delay) {
      const timer = ++count
      const fire = () => {
        clearTimeout(timers.get(timer)?.handle)
        timers.delete(timer)
        callback()
      }
      timers.set(timer, { at: running() + delay, fire, handle: setTimeout(fire, delay) })
      return timer
    },
    clearTimeout(timer) {
      clearTimeout(timers.get(timer)?.handle)
      timers.delete(timer)
    },
    skip(duration) {
      const until = running() + duration
      for (let due = firstDue(until); due; due = firstDue(until)) {
        skipped += Math.max(0, due.at - running())
        due.fire()
      }
      skipped += Math.max(0, until - running())
      for (const timer of timers.values()) {
        clearTimeout(timer.handle)
        timer.handle = setTimeout(timer.fire, Math.max(0, timer.at - running()))
      }
    },
    sleep(duration) {
      slept += duration
    },
  }
}

/** The same clock on a device that somebody has set wrong, by `error` milliseconds. */
export const wrongBy = (clock: StageClock, error: number): StageClock => ({
  ...clock,
  now: () => clock.now() + error,
  ahead: () => clock.ahead() + error,
})
