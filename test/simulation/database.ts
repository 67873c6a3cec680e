import type { Chance } from './chance.ts'
import type { Page } from './page.ts'
import type { Schedule } from './schedule.ts'

/** What happens in the database. */
export interface DatabaseWitness {
  read(page: Page, key: string, value: unknown): void
  changed(page: Page, key: string, value: unknown, before: unknown): void
}

/** How the disk below is doing. */
export interface DiskHealth {
  full: boolean
  slow: boolean
}

interface Request {
  result?: unknown
  onsuccess?: () => void
}

/**
 * The IndexedDB that all pages share, as far as the library uses it. A transaction takes effect in one step, in the order
 * in which transactions arrive; that of a frozen page waits until it is thawed and keeps nobody else waiting.
 */
export function createDatabase(schedule: Schedule, chance: Chance, health: DiskHealth, witness: DatabaseWitness) {
  const values = new Map<string, unknown>()
  const arrivals = new Map<Page, number>()
  let freeAt = 0

  function transactionOf(page: Page) {
    const operations: (() => void)[] = []
    const changes = new Map<string, unknown>()
    const transaction = { objectStore: () => store, error: undefined as unknown, oncomplete() {}, onabort() {} }
    const ask = (work: () => unknown) => {
      const request: Request = {}
      operations.push(() => {
        request.result = work()
        request.onsuccess?.()
      })
      return request
    }
    const change = (key: string, value: unknown) => ask(() => changes.set(key, value))
    const store = {
      get: (key: string) =>
        ask(() => {
          const value = changes.has(key) ? changes.get(key) : values.get(key)
          witness.read(page, key, value)
          return structuredClone(value)
        }),
      put: (value: unknown, key: string) => change(key, structuredClone(value)),
      delete: (key: string) => change(key, undefined),
    }

    function commit() {
      // There is room for numbers and leases still, for a session there is none.
      const isTooMuch = health.full && [...changes.values()].some((value) => typeof value === 'string')
      if (isTooMuch) transaction.error = new DOMException('full', 'QuotaExceededError')
      for (const [key, value] of isTooMuch ? [] : changes) {
        const before = values.get(key)
        value === undefined ? values.delete(key) : values.set(key, value)
        witness.changed(page, key, value, before)
      }
      const answer = () => (isTooMuch ? transaction.onabort() : transaction.oncomplete())
      schedule.after(chance.between(0.1, 4), () => page.enter(answer))
    }

    const takeEffect = () =>
      page.enter(() => {
        for (let next = operations.shift(); next; next = operations.shift()) next()
        commit()
      })
    const arrivesAt = Math.max(schedule.now + chance.between(0.05, 2), (arrivals.get(page) ?? 0) + 0.001)
    arrivals.set(page, arrivesAt)
    schedule.after(arrivesAt - schedule.now, () => {
      const cost = health.slow ? chance.between(100, 2_500) : chance.between(0.1, 6)
      freeAt = Math.max(freeAt, schedule.now + cost)
      schedule.after(freeAt - schedule.now, takeEffect)
    })
    return transaction
  }

  return { values, transactionOf }
}
