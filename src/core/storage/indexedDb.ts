import { access, isDatabaseMissing } from './database.ts'
import type { TokenStorage } from './storage.ts'

/**
 * Keeps the session in IndexedDB, shared by all tabs of the origin. The default, and the one to use with refresh
 * tokens that rotate: what a tab commits here is seen by the next holder of the lock, which localStorage does not promise.
 */
export function indexedDbStorage(): TokenStorage {
  return {
    name: 'IndexedDB',
    // On a server one process serves many people, and their clients must not wait for each other.
    reach: isDatabaseMissing() ? 'tab' : 'browser',
    get: (key) => access<string>(key),
    set: async (key, value) => void (await access(key, () => value)),
    remove: async (key) => void (await access(key, () => undefined)),
    swap: async (key, expected, next) =>
      (await access<string>(key, (found) => (found === expected ? next : found))) === expected,
  }
}
