import type { TokenStorage } from './storage.ts'

/**
 * Keeps the session for as long as the page lives. Give each client its own: two that share one are not kept from sending
 * the same refresh token.
 */
export function memoryStorage(): TokenStorage {
  const values = new Map<string, string>()
  return {
    name: 'memory',
    reach: 'tab',
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  }
}
