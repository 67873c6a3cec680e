import type { Chance } from './chance.ts'
import type { Page } from './page.ts'
import type { Schedule } from './schedule.ts'

interface Request {
  page: Page
  /** When the browser has granted it, in simulated milliseconds. */
  grantedAt?: number
  grant: () => void
  lose: () => void
}

/** Who holds a lock, and who waits for it. */
interface Line {
  name: string
  holder?: Request
  queue: Request[]
}

/** What the lock manager tells. */
export interface LockWitness {
  granted(page: Page, name: string): void
  released(page: Page, name: string): void
  stolen(from: Page, by: Page, name: string, grantedAt?: number): void
}

/** The browser's `navigator.locks`, exclusive mode: queues, is stolen from, and lets go for tabs that die. */
export function createLocks(schedule: Schedule, chance: Chance, witness: LockWitness) {
  const lines = new Map<string, Line>()
  const lineOf = (name: string) => {
    const line = lines.get(name) ?? { name, queue: [] }
    lines.set(name, line)
    return line
  }

  function grantNext(line: Line) {
    if (line.holder) return
    const next = line.queue.shift()
    if (!next) return
    line.holder = next
    next.grantedAt = schedule.now
    // The browser has granted it; the tab learns of that later, a frozen one when it is thawed.
    schedule.after(chance.between(0.1, 3), () => {
      // A frozen tab that is stolen from meanwhile sometimes learns of the theft only after it has begun.
      next.page.enter(next.grant)
    })
  }

  function release(line: Line, request: Request) {
    if (line.holder !== request) return
    witness.released(request.page, line.name)
    line.holder = undefined
    grantNext(line)
  }

  function leave(line: Line, request: Request) {
    line.queue = line.queue.filter((waiting) => waiting !== request)
    release(line, request)
  }

  function requestFor(page: Page, name: string, options: LockOptions, task: () => unknown): Promise<unknown> {
    const line = lineOf(name)
    const { signal } = options
    return new Promise((resolve, reject) => {
      let over = false
      let entered = false
      const settle = (how: () => void) => {
        over = true
        how()
      }
      const giveUp = () => {
        if (entered || over) return
        settle(() => reject(signal?.reason))
        // The browser hears of it later than the tab.
        schedule.after(chance.between(0.1, 2), () => leave(line, request))
      }
      const request: Request = {
        page,
        grant() {
          if (over || signal?.aborted) return
          entered = true
          if (line.holder === request) witness.granted(page, name)
          signal?.removeEventListener('abort', giveUp)
          const result = new Promise((done) => done(task()))
          const done = () => schedule.after(chance.between(0.1, 2), () => release(line, request))
          result.then(done, done)
          result.then(
            (value) => settle(() => resolve(value)),
            (error) => settle(() => reject(error)),
          )
        },
        lose: () => settle(() => reject(new DOMException('Lock broken by another request', 'AbortError'))),
      }
      if (signal?.aborted) return reject(signal.reason)
      signal?.addEventListener('abort', giveUp)
      // A message from the tab to the browser.
      schedule.after(chance.between(0.1, 2), () => {
        if (over || page.state === 'crashed') return
        if (!options.steal) line.queue.push(request)
        else {
          const robbed = line.holder
          line.holder = undefined
          line.queue.unshift(request)
          if (robbed) witness.stolen(robbed.page, page, name, robbed.grantedAt)
          if (robbed) schedule.after(chance.between(0.1, 3), () => robbed.page.enter(robbed.lose))
        }
        grantNext(line)
      })
      page.onCrash(() => schedule.after(chance.between(1, 30), () => leave(line, request)))
    })
  }

  return {
    /** The lock manager as one tab sees it. */
    of(page: Page): LockManager {
      const request = (name: string, ...rest: [LockOptions | (() => unknown), (() => unknown)?]) => {
        const [options, task] = typeof rest[0] === 'function' ? [{}, rest[0]] : [rest[0], rest[1] as () => unknown]
        return requestFor(page, name, options, task)
      }
      const query = () =>
        new Promise<LockManagerSnapshot>((resolve) => {
          const held = [...lines].flatMap(([name, { holder }]) =>
            holder ? [{ name, clientId: holder.page.name, mode: 'exclusive' as const }] : [],
          )
          schedule.after(chance.between(0.1, 3), () => page.enter(() => resolve({ held, pending: [] })))
        })
      return { request, query } as LockManager
    },
  }
}
