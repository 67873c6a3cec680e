import { access } from './database.ts'
import type { TokenStorage } from './storage.ts'

const pause = () => new Promise((resolve) => setTimeout(resolve, 5))
const patience = 200
const fenceOf = (key: string) => `${key}:fence`
const seenWrites = (key: string) => Number(localStorage.getItem(fenceOf(key)) ?? 0)

const countedWrites = async (key: string) => (await access<number>(fenceOf(key))) ?? 0

/** Waits, for at most a second, until `localStorage` shows every write that IndexedDB has counted. */
async function read(key: string): Promise<string | undefined> {
  const writes = await countedWrites(key)
  for (let turn = 0; turn < patience && seenWrites(key) < writes; turn++) await pause()
  return localStorage.getItem(key) ?? undefined
}

function write(key: string, value: string | undefined, writes: number) {
  if (value === undefined) localStorage.removeItem(key)
  else localStorage.setItem(key, value)
  localStorage.setItem(fenceOf(key), String(writes))
}

/**
 * Writes where `expected` stands, `null` standing for anything, and tells whether it did. All within one transaction of
 * the database, so that no other tab writes in between. The value goes first and its number second, so who sees the
 * number sees the value.
 */
async function replace(key: string, next: string | undefined, expected?: string | null): Promise<boolean> {
  for (let turn = 1; ; turn++) {
    let outcome = 'late' as 'written' | 'changed' | 'late'
    let failure = undefined as { error: unknown } | undefined
    await access<number>(fenceOf(key), (counted = 0) => {
      try {
        const seen = seenWrites(key)
        if (expected !== null && seen < counted && turn < patience) return counted
        outcome = expected === null || (localStorage.getItem(key) ?? undefined) === expected ? 'written' : 'changed'
        if (outcome === 'changed') return counted
        const writes = Math.max(seen, counted) + 1
        write(key, next, writes)
        return writes
      } catch (error) {
        failure = { error }
        return counted
      }
    })
    if (failure) throw failure.error
    if (outcome !== 'late') return outcome === 'written'
    await pause()
  }
}

/**
 * Keeps the session in `localStorage`. A write there reaches other tabs late, even under a lock, so each one is fenced:
 * IndexedDB counts the writes, and a reader waits until `localStorage` has caught up with that count.
 *
 * Prefer `indexedDbStorage`; this one is for apps whose other code must find the session in `localStorage`.
 */
export function fencedLocalStorage(): TokenStorage {
  return {
    name: 'localStorage, fenced by IndexedDB',
    reach: 'browser',
    get: read,
    set: async (key, value) => void (await replace(key, value, null)),
    remove: async (key) => void (await replace(key, undefined, null)),
    swap: (key, expected, next) => replace(key, next, expected),
  }
}
