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

/** The value goes first and its number second, so who sees the number sees the value. */
async function write(key: string, value: string | undefined): Promise<void> {
  const writes = Math.max(seenWrites(key), await countedWrites(key)) + 1
  if (value === undefined) localStorage.removeItem(key)
  else localStorage.setItem(key, value)
  localStorage.setItem(fenceOf(key), String(writes))
  await access(fenceOf(key), () => writes)
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
    set: write,
    remove: (key) => write(key, undefined),
    swap: async (key, expected, next) => {
      if ((await read(key)) !== expected) return false
      await write(key, next)
      return true
    },
  }
}
