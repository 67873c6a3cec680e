import type { Channel, ChannelMessage, Clock, TokenStorage, Wake, WakeFact } from 'authed/core'
import type { Chance } from './chance.ts'
import type { Schedule } from './schedule.ts'

/** One tab as the browser sees it. */
export interface Page {
  readonly name: string
  state: 'running' | 'frozen' | 'crashed'
  visible: boolean
  /** When it last came back from being frozen. */
  thawedAt: number
  /** Lets the tab's code run, at once, after it is thawed, or never. */
  enter(work: () => void): void
}

interface Request {
  page: Page
  grant: () => void
  steal: (reason: unknown) => void
}

/** The holder of one lock and those who wait for it. */
interface Line {
  holder?: Request
  queue: Request[]
}

/** How the browser keeps the shared record. */
export type StorageKind = 'indexedDB' | 'localStorage'

/** One browser: a storage, a lock manager and a channel that all tabs share, and a device below them. */
export function createBrowser(schedule: Schedule, chance: Chance, kind: StorageKind) {
  const values = new Map<string, string>()
  const pages: (Page & { queued: (() => void)[] })[] = []
  const hearers = new Map<Page, Set<(message: ChannelMessage) => void>>()
  const wakers = new Map<Page, Set<(fact: WakeFact) => void>>()
  const views = new Map<Page, Map<string, string>>()
  let online = true
  let full = false
  let everFull = false
  /** The device's clock is right at first. */
  let wallOffset = Date.UTC(2026, 0, 1)
  let storageFreeAt = 0
  const lines = new Map<string, Line>()

  const tell = (page: Page, fact: WakeFact) =>
    page.enter(() => {
      for (const hear of [...(wakers.get(page) ?? [])]) hear(fact)
    })

  /**
   * One access: takes effect in the order of asking, answers later. A tab that dies meanwhile hears nothing.
   * On a full disk heavy accesses fail, those that need room.
   */
  function access<T>(page: Page, kind: 'light' | 'heavy', work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const at = Math.max(storageFreeAt, schedule.now + chance.between(0.1, 6))
      storageFreeAt = at
      schedule.after(at - schedule.now, () => {
        // A transaction of a tab that has died before it took effect is rolled back.
        if (page.state === 'crashed') return
        const failed = full && kind === 'heavy'
        const result = failed ? undefined : work()
        schedule.after(chance.between(0.1, 4), () =>
          page.enter(() => (failed ? reject(new DOMException('full', 'QuotaExceededError')) : resolve(result as T))),
        )
      })
    })
  }

  function storageOf(page: Page): TokenStorage {
    const view = new Map(values)
    views.set(page, view)
    const put = (key: string, value: string | undefined) => {
      const into = (map: Map<string, string>) => (value === undefined ? map.delete(key) : map.set(key, value))
      into(values)
      into(view)
      // localStorage: the other processes learn of a write when their message loop gets to it.
      for (const [other, seen] of views) if (other !== page) schedule.after(chance.between(0, 60), () => into(seen))
    }
    const look = (key: string) => (kind === 'indexedDB' ? values : view).get(key)
    return {
      name: kind,
      reach: 'browser',
      get: (key) => access(page, 'light', () => look(key)),
      set: (key, value) => access(page, 'heavy', () => put(key, value)),
      remove: (key) => access(page, 'light', () => put(key, undefined)),
      swap: (key, expected, next) =>
        access(page, next === undefined ? 'light' : 'heavy', () => {
          const hit = look(key) === expected
          if (hit) put(key, next)
          return hit
        }),
    }
  }

  function grantNext(line: Line) {
    if (line.holder) return
    const next = line.queue.shift()
    if (!next) return
    line.holder = next
    schedule.after(chance.between(0.1, 3), () => line.holder === next && next.page.enter(next.grant))
  }
  function release(line: Line, request: Request) {
    if (line.holder !== request) return
    line.holder = undefined
    grantNext(line)
  }

  function locksOf(page: Page): LockManager {
    const request = (name: string, options: LockOptions, task: () => Promise<unknown>) =>
      new Promise((resolve, reject) => {
        const line = lines.get(name) ?? { queue: [] }
        lines.set(name, line)
        const entry: Request = {
          page,
          grant: () => {
            options.signal?.removeEventListener('abort', giveUp)
            Promise.resolve(task())
              .then(resolve, reject)
              .then(() => release(line, entry))
          },
          steal: reject,
        }
        const giveUp = () => {
          // What has been granted cannot be given up any more.
          if (!line.queue.includes(entry)) return
          line.queue = line.queue.filter((waiting) => waiting !== entry)
          reject(options.signal?.reason)
        }
        options.signal?.addEventListener('abort', giveUp)
        if (options.steal) {
          const robbed = line.holder
          line.holder = undefined
          line.queue.unshift(entry)
          robbed?.page.enter(() => robbed.steal(new DOMException('stolen', 'AbortError')))
        } else line.queue.push(entry)
        grantNext(line)
      })
    const query = async () => ({
      held: [...lines].flatMap(([name, { holder }]) => (holder ? [{ name, clientId: holder.page.name }] : [])),
    })
    return { request: request as LockManager['request'], query }
  }

  return {
    values,
    open(name: string) {
      const queued: (() => void)[] = []
      const page: Page & { queued: (() => void)[] } = {
        name,
        state: 'running',
        visible: true,
        thawedAt: -Infinity,
        queued,
        enter(work) {
          if (page.state === 'running') work()
          else if (page.state === 'frozen') queued.push(work)
        },
      }
      pages.push(page)
      hearers.set(page, new Set())
      wakers.set(page, new Set())
      const clock: Clock = {
        now: () => schedule.now + wallOffset,
        setTimeout: (callback, delay) =>
          schedule.after(page.visible ? delay : Math.max(delay, 1_000), () => page.enter(callback)),
        clearTimeout: (cancel) => (cancel as (() => void) | undefined)?.(),
      }
      const channel: Channel = {
        post(message) {
          for (const other of pages) {
            if (other === page) continue
            if (message.type === 'changed' && chance.happens(0.05)) continue
            schedule.after(chance.between(0.5, 40), () =>
              other.enter(() => {
                for (const hear of [...(hearers.get(other) ?? [])]) hear(message)
              }),
            )
          }
        },
        subscribe(listener) {
          hearers.get(page)?.add(listener)
          return () => void hearers.get(page)?.delete(listener)
        },
      }
      const wake: Wake = {
        isVisible: () => page.visible,
        isOnline: () => online,
        subscribe(listener) {
          wakers.get(page)?.add(listener)
          return () => void wakers.get(page)?.delete(listener)
        },
      }
      return { page, clock, channel, wake, storage: storageOf(page), locks: locksOf(page) }
    },
    freeze(page: Page) {
      if (page.state === 'running') page.state = 'frozen'
    },
    thaw(page: Page) {
      if (page.state !== 'frozen') return
      page.state = 'running'
      page.thawedAt = schedule.now
      const { queued } = page as Page & { queued: (() => void)[] }
      for (const work of queued.splice(0)) schedule.after(0, () => page.enter(work))
      schedule.after(0, () => tell(page, 'woke'))
    },
    crash(page: Page) {
      page.state = 'crashed'
      for (const line of lines.values()) {
        line.queue = line.queue.filter((waiting) => waiting.page !== page)
        const dead = line.holder
        if (dead?.page === page) schedule.after(chance.between(1, 30), () => release(line, dead))
      }
    },
    show(page: Page, visible: boolean) {
      page.visible = visible
      tell(page, 'woke')
    },
    connect(next: boolean) {
      online = next
      for (const page of pages) tell(page, next ? 'online' : 'offline')
    },
    fill(next: boolean) {
      full = next
      everFull ||= next
    },
    setClock(by: number) {
      wallOffset += by
    },
    get online() {
      return online
    },
    get full() {
      return full
    },
    get everFull() {
      return everFull
    },
  }
}

/** The simulated browser. */
export type Browser = ReturnType<typeof createBrowser>
