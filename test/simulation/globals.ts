import { AsyncLocalStorage } from 'node:async_hooks'
import type { Page } from './page.ts'

/** What the platform gives to one page, where the library looks for it by itself. */
export interface PageGlobals {
  page: Page
  /** Starts a transaction of the page in the database that all share. */
  transaction(): unknown
  localStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}

const current = new AsyncLocalStorage<PageGlobals>()
const realTimeout = globalThis.setTimeout

/** Opened once for all pages: the library keeps it, so each transaction asks anew whose it is. */
const database = { transaction: () => current.getStore()?.transaction() }

const indexedDB = {
  open() {
    const request = { result: database, onsuccess: () => {} }
    queueMicrotask(() => request.onsuccess())
    return request
  },
}

function pageTimeout(callback: () => void, delay = 0) {
  const page = current.getStore()?.page
  return page ? page.setTimeout(callback, delay) : realTimeout(callback, delay)
}

const define = (name: string, get: () => unknown) =>
  Object.defineProperty(globalThis, name, { configurable: true, get })

/** Puts globals in place that are another page's for each page. Outside of all pages timers are the platform's. */
export function installGlobals() {
  define('indexedDB', () => current.getStore() && indexedDB)
  define('localStorage', () => current.getStore()?.localStorage)
  globalThis.setTimeout = pageTimeout as typeof setTimeout
}

/** Lets the code of a page run with that page's globals, in all that follows from it too. */
export const runWith = <T>(globals: PageGlobals, work: () => T): T => current.run(globals, work)
