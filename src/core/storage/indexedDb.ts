import { transact } from './database.ts'
import type { TokenStorage } from './storage.ts'

/**
 * Keeps the session in IndexedDB, shared by all tabs of the origin. The default, and the one to use with refresh
 * tokens that rotate: what a tab commits here is seen by the next holder of the lock, which localStorage does not promise.
 */
export function indexedDbStorage(): TokenStorage {
  const swap = (key: string, next: string | undefined, expected?: string | null) =>
    transact<boolean>('readwrite', (values, settle) => {
      const read = values.get(key)
      read.onsuccess = () => {
        const hit = expected === null || read.result === expected
        if (hit) next === undefined ? values.delete(key) : values.put(next, key)
        settle(hit)
      }
    })
  return {
    name: 'IndexedDB',
    reach: 'browser',
    get: (key) =>
      transact<string | undefined>('readonly', (values, settle) => {
        const read = values.get(key)
        read.onsuccess = () => settle(read.result)
      }),
    set: async (key, value) => void (await swap(key, value, null)),
    remove: async (key) => void (await swap(key, undefined, null)),
    swap: (key, expected, next) => swap(key, next, expected),
  }
}
