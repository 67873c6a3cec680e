import type { Clock } from 'authed/core'

/** The platform's clock, moved by an offset, whose timers hold still while the page sleeps. */
export function createSleepyClock(offset: number) {
  let asleep = false
  let count = 0
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  const overdue = new Map<number, () => void>()
  const clock: Clock = {
    now: () => Date.now() + offset,
    setTimeout(callback, delay) {
      const id = ++count
      const fire = () => {
        timers.delete(id)
        if (asleep) overdue.set(id, callback)
        else callback()
      }
      timers.set(id, setTimeout(fire, delay))
      return id
    },
    clearTimeout(id) {
      clearTimeout(timers.get(id as number))
      timers.delete(id as number)
      overdue.delete(id as number)
    },
  }
  return {
    clock,
    sleep(next: number) {
      asleep = true
      offset = next
    },
    wake() {
      asleep = false
      for (const [id, callback] of [...overdue]) if (overdue.delete(id)) callback()
    },
  }
}
