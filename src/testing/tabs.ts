import type { Channel, ChannelMessage, Lock, TokenStorage, Wake, WakeFact } from '../core/index.ts'

/** What one tab hands to `createAuthClient`: its storage, lock, channel and page. */
export interface TabPorts {
  storage: TokenStorage
  lock: Lock
  channel: Channel
  wake: Wake
}

/** One open tab. */
export interface Tab extends TabPorts {
  /** Hides or shows the page; showing wakes it. */
  show(visibility: 'visible' | 'hidden'): void
  /** Takes the network away or brings it back. */
  connect(network: 'online' | 'offline'): void
}

/** Tabs of one browser: what one writes the others read, one at a time holds the lock, all hear each other. */
export interface Tabs {
  open(): Tab
  /** What is stored, under its key. */
  readonly stored: Map<string, string>
  /** Every message that any tab has posted. */
  readonly messages: readonly ChannelMessage[]
  /** Makes every access fail (`forbidden`), every write (`full`), or none (`well`). */
  setStorage(health: 'well' | 'full' | 'forbidden'): void
}

const tick = () => Promise.resolve()

/** Makes a browser without tabs. For tests and stories; delays are microtasks. */
export function createTabs(): Tabs {
  const stored = new Map<string, string>()
  const messages: ChannelMessage[] = []
  const listeners = new Set<{ tab: object; listener: (message: ChannelMessage) => void }>()
  let health: 'well' | 'full' | 'forbidden' = 'well'
  let tail: Promise<unknown> = Promise.resolve()

  const access = async <T>(kind: 'read' | 'write', work: () => T): Promise<T> => {
    await tick()
    if (health === 'forbidden' || (health === 'full' && kind === 'write')) {
      throw new DOMException(
        'The storage is not available.',
        health === 'full' ? 'QuotaExceededError' : 'SecurityError',
      )
    }
    return work()
  }
  const put = (key: string, value: string | undefined) => {
    if (value === undefined) stored.delete(key)
    else stored.set(key, value)
  }
  const storage: TokenStorage = {
    name: 'tabs',
    reach: 'browser',
    get: (key) => access('read', () => stored.get(key)),
    set: (key, value) => access('write', () => put(key, value)),
    remove: (key) => access('write', () => put(key, undefined)),
    swap: (key, expected, next) =>
      access('write', () => {
        const hit = stored.get(key) === expected
        if (hit) put(key, next)
        return hit
      }),
  }
  const lock: Lock = {
    name: 'tabs',
    run(_key, task) {
      const turn = tail.then(task)
      tail = turn.catch(() => {})
      return turn
    },
  }

  return {
    stored,
    messages,
    setStorage(next) {
      health = next
    },
    open() {
      const tab = {}
      const hearers = new Set<(fact: WakeFact) => void>()
      let visible = true
      let online = true
      const tell = (fact: WakeFact) => {
        for (const hear of [...hearers]) hear(fact)
      }
      return {
        storage,
        lock,
        channel: {
          post(message) {
            messages.push(message)
            for (const entry of [...listeners]) if (entry.tab !== tab) void tick().then(() => entry.listener(message))
          },
          subscribe(listener) {
            const entry = { tab, listener }
            listeners.add(entry)
            return () => void listeners.delete(entry)
          },
        },
        wake: {
          isVisible: () => visible,
          isOnline: () => online,
          subscribe(listener) {
            hearers.add(listener)
            return () => void hearers.delete(listener)
          },
        },
        show(visibility) {
          visible = visibility === 'visible'
          tell('woke')
        },
        connect(network) {
          online = network === 'online'
          tell(network)
        },
      }
    },
  }
}
