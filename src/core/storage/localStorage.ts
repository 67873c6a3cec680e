import { transact } from './database.ts'
import type { TokenStorage } from './storage.ts'

const pause = () => new Promise((resolve) => setTimeout(resolve, 5))
const patience = 200
const fenceOf = (key: string) => `${key}:fence`
const seenWrites = (key: string) => Number(localStorage.getItem(fenceOf(key)) ?? 0)

const countedWrites = (key: string) =>
  transact<number>('readonly', (values, settle) => {
    const read = values.get(fenceOf(key))
    read.onsuccess = () => settle(read.result ?? 0)
  })

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
  let failure: { error: unknown } | undefined
  const attempt = (isLast: boolean) =>
    transact<'written' | 'changed' | 'late'>('readwrite', (values, settle) => {
      const read = values.get(fenceOf(key))
      read.onsuccess = () => {
        const writes: number = read.result ?? 0
        if (expected !== null && seenWrites(key) < writes && !isLast) return settle('late')
        if (expected !== null && (localStorage.getItem(key) ?? undefined) !== expected) return settle('changed')
        const count = Math.max(seenWrites(key), writes) + 1
        try {
          write(key, next, count)
          values.put(count, fenceOf(key))
          settle('written')
        } catch (error) {
          failure = { error }
        }
      }
    })
  for (let turn = 1; ; turn++) {
    const outcome = await attempt(turn === patience)
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
