import type { TokenStorage } from 'authed/core'
import type { Chance } from './chance.ts'
import type { Page } from './page.ts'
import type { Schedule } from './schedule.ts'

/**
 * How the shared record is kept and tabs are kept apart: in one order for all, or as in localStorage, whose writes reach
 * other tabs late; there also with the library's own fence; or by the library's own lease, as on plain http.
 */
export type StorageKind = 'IndexedDB' | 'localStorage' | 'fenced localStorage' | 'lease'

/** What the storage tells. */
export interface DiskWitness {
  stored(page: Page, text: string | undefined, before: string | undefined): void
  read(page: Page, text: string | undefined): void
}

/** The storage that all tabs share. */
export function createDisk(schedule: Schedule, chance: Chance, kind: StorageKind, witness: DiskWitness) {
  const values = new Map<string, string>()
  const views = new Map<Page, Map<string, string>>()
  let full = false
  let slow = false
  let freeAt = 0
  const arrivals = new Map<Page, number>()

  /** Takes effect in the order of arrival, all or nothing, and answers later: to a tab that still lives. */
  function access<T>(page: Page, weight: 'light' | 'heavy', work: () => T): Promise<T> {
    // A message from the tab to the browser, in order with those before it.
    const arrivesAt = Math.max(schedule.now + chance.between(0.05, 2), arrivals.get(page) ?? 0)
    arrivals.set(page, arrivesAt)
    return new Promise((resolve, reject) => {
      schedule.after(arrivesAt - schedule.now, () => queue(page, weight, work, resolve, reject))
    })
  }

  function queue<T>(
    page: Page,
    weight: 'light' | 'heavy',
    work: () => T,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    freeAt = Math.max(freeAt, schedule.now + (slow ? chance.between(100, 2_500) : chance.between(0.1, 6)))
    schedule.after(freeAt - schedule.now, () => {
      // A tab that dies before its transaction is committed takes it along.
      if (page.state === 'crashed') return
      const failed = full && weight === 'heavy'
      const result = failed ? undefined : work()
      const answer = () => (failed ? reject(new DOMException('full', 'QuotaExceededError')) : resolve(result as T))
      schedule.after(chance.between(0.1, 4), () => page.enter(answer))
    })
  }

  function put(page: Page, key: string, value: string | undefined) {
    const into = (map: Map<string, string>) => (value === undefined ? map.delete(key) : map.set(key, value))
    const before = values.get(key)
    into(values)
    for (const [other, view] of views) {
      if (other === page) into(view)
      else schedule.after(chance.between(0, 60), () => into(view))
    }
    witness.stored(page, value, before)
  }

  return {
    read: (key: string) => values.get(key),
    /** The storage as one tab sees it. */
    of(page: Page): TokenStorage {
      const view = new Map(values)
      views.set(page, view)
      const look = (key: string) => (kind === 'IndexedDB' ? values : view).get(key)
      const weigh = (next: string | undefined) => (next === undefined ? 'light' : 'heavy')
      return {
        name: kind,
        reach: 'browser',
        get: (key) =>
          access(page, 'light', () => {
            witness.read(page, look(key))
            return look(key)
          }),
        set: (key, value) => access(page, 'heavy', () => put(page, key, value)),
        remove: (key) => access(page, 'light', () => put(page, key, undefined)),
        swap: (key, expected, next) =>
          access(page, weigh(next), () => {
            const hit = look(key) === expected
            if (hit) put(page, key, next)
            return hit
          }),
      }
    },
    fill(next: boolean) {
      full = next
    },
    slowDown(next: boolean) {
      slow = next
    },
    get isWell() {
      return !full && !slow
    },
  }
}
