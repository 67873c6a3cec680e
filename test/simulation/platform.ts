import type { TokenStorage } from 'authed/core'
import type { Chance } from './chance.ts'
import { createDatabase } from './database.ts'
import type { DiskWitness } from './disk.ts'
import { installGlobals, runWith } from './globals.ts'
import type { LockWitness } from './locks.ts'
import type { Page } from './page.ts'
import type { Schedule } from './schedule.ts'
import { createWebStorage } from './webStorage.ts'

interface Lease {
  by: number
  until: number
}

const asText = (value: unknown) => (typeof value === 'string' ? value : undefined)

/**
 * The disk of a browser on which the library's own storages and its own lease run: they find `indexedDB`, `localStorage`
 * and timers as they would in a page.
 */
export function createPlatform(
  schedule: Schedule,
  chance: Chance,
  key: string,
  storageOf: () => TokenStorage,
  witness: DiskWitness & LockWitness,
) {
  installGlobals()
  const health = { full: false, slow: false }
  /** Who has taken the lease. */
  const tenants = new Map<number, Page>()
  const webStorage = createWebStorage(schedule, chance, health, (page, name, value, before) => {
    if (name === key) witness.stored(page, value, before)
  })

  function leaseChanged(page: Page, lease: Lease | undefined, before: Lease | undefined) {
    if (lease?.by === before?.by) return
    const former = before && tenants.get(before.by)
    if (!lease) return witness.released(page, key)
    tenants.set(lease.by, page)
    if (former) witness.stolen(former, page, key)
    witness.granted(page, key)
  }

  const database = createDatabase(schedule, chance, health, {
    read: (page, name, value) => name === key && witness.read(page, asText(value)),
    changed(page, name, value, before) {
      if (name === key && value !== before) witness.stored(page, asText(value), asText(before))
      if (name === `${key}:lease`) leaseChanged(page, value as Lease | undefined, before as Lease | undefined)
    },
  })

  return {
    read: (name: string) => webStorage.values.get(name) ?? asText(database.values.get(name)),
    of(page: Page): TokenStorage {
      const transaction = () => database.transactionOf(page)
      const globals = { page, transaction, localStorage: webStorage.of(page) }
      page.inside = (work) => runWith(globals, work)
      return runWith(globals, storageOf)
    },
    fill(next: boolean) {
      health.full = next
    },
    slowDown(next: boolean) {
      health.slow = next
    },
    get isWell() {
      return !health.full && !health.slow
    },
  }
}
