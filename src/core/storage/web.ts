import type { MaybePromise, TokenStorage } from './storage.ts'

/** What `localStorage`, `sessionStorage` and React Native's AsyncStorage have in common. */
export interface KeyValueStore {
  getItem(key: string): MaybePromise<string | null>
  setItem(key: string, value: string): MaybePromise<void>
  removeItem(key: string): MaybePromise<void>
}

/**
 * Keeps the session in any key-value store, synchronous or not.
 *
 * @param store Returns the store. It is called at each access, inside `try`, since in a sandboxed frame even reading
 * `localStorage` throws.
 *
 * @example
 * ```ts
 * webStorage(() => sessionStorage, 'tab')
 * webStorage(() => AsyncStorage, 'tab') // React Native
 * ```
 */
export function webStorage(store: () => KeyValueStore, reach: TokenStorage['reach']): TokenStorage {
  return {
    name: reach === 'tab' ? 'key-value store' : 'shared key-value store',
    reach,
    get: (key) => store().getItem(key),
    set: (key, value) => store().setItem(key, value),
    remove: (key) => store().removeItem(key),
  }
}
