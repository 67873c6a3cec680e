import 'fake-indexeddb/auto'
import { fencedLocalStorage, indexedDbStorage, memoryStorage, type TokenStorage, webStorage } from 'authed/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** A `localStorage` whose writes another process sees only when they are delivered. */
function lateStorage(shared: Map<string, string>) {
  const seen = new Map(shared)
  const pending: (() => void)[] = []
  return {
    deliver: () => {
      for (const write of pending.splice(0)) write()
    },
    receive: () => {
      seen.clear()
      for (const [key, value] of shared) seen.set(key, value)
    },
    getItem: (key: string) => seen.get(key) ?? null,
    setItem(key: string, value: string) {
      seen.set(key, value)
      pending.push(() => shared.set(key, value))
    },
    removeItem(key: string) {
      seen.delete(key)
      pending.push(() => shared.delete(key))
    },
  }
}

const map = () => {
  const values = new Map<string, string>()
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  }
}

const storages: [string, () => TokenStorage][] = [
  ['memoryStorage', memoryStorage],
  ['indexedDbStorage', indexedDbStorage],
  [
    'webStorage',
    () =>
      webStorage(
        (
          (store) => () =>
            store
        )(map()),
        'tab',
      ),
  ],
  ['fencedLocalStorage', fencedLocalStorage],
]

beforeEach(() => vi.stubGlobal('localStorage', map()))
afterEach(() => vi.unstubAllGlobals())

describe.each(storages)('%s', (_, make) => {
  it('gives back what was set, and nothing after it was removed', async () => {
    const storage = make()
    expect((await storage.get('a')) ?? undefined).toBeUndefined()
    await storage.set('a', 'one')
    await storage.set('b', 'two')
    expect(await storage.get('a')).toBe('one')
    await storage.remove('a')
    expect((await storage.get('a')) ?? undefined).toBeUndefined()
    expect(await storage.get('b')).toBe('two')
    await storage.remove('b')
  })

  it('swaps only where the expected text still stands', async () => {
    const storage = make()
    if (!storage.swap) return expect(storage.reach).toBe('tab')
    expect(await storage.swap('c', 'other', 'one')).toBe(false)
    expect(await storage.swap('c', undefined, 'one')).toBe(true)
    expect(await storage.swap('c', undefined, 'two')).toBe(false)
    expect(await storage.swap('c', 'one', 'two')).toBe(true)
    expect(await storage.get('c')).toBe('two')
    expect(await storage.swap('c', 'two', undefined)).toBe(true)
    expect((await storage.get('c')) ?? undefined).toBeUndefined()
  })
})

describe.each([
  ['indexedDbStorage', indexedDbStorage],
  ['fencedLocalStorage', fencedLocalStorage],
])('%s', (_, make) => {
  it('lets one of many swaps of the same text win', async () => {
    const storage = make()
    const wins = await Promise.all(
      Array.from({ length: 20 }, (_, index) => storage.swap?.('race', undefined, `${index}`)),
    )
    expect(wins.filter(Boolean)).toHaveLength(1)
  })
})

describe('indexedDbStorage', () => {
  it.each([
    ['there is none', undefined],
    [
      'opening throws at once, as in a sandboxed frame',
      {
        open() {
          throw new DOMException('denied', 'SecurityError')
        },
      },
    ],
  ])('rejects, and does not throw, where %s', async (_, indexedDB) => {
    vi.resetModules()
    vi.stubGlobal('indexedDB', indexedDB)
    const { indexedDbStorage: fresh } = await import('authed/core')
    await expect(fresh().get('a')).rejects.toThrow()
    await expect(fresh().set('a', 'b')).rejects.toThrow()
  })

  it('opens the database anew after the browser has closed it', async () => {
    vi.resetModules()
    const { indexedDbStorage: fresh } = await import('authed/core')
    const storage = fresh()
    await storage.set('kept', 'yes')
    const version = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('authed', 2)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    version.close()
    await expect(storage.get('kept')).rejects.toThrow()
    await new Promise((resolve) => {
      indexedDB.deleteDatabase('authed').onsuccess = resolve
    })
    expect(await storage.get('kept')).toBeUndefined()
  })
})

describe('indexedDbStorage behind whose back the connection was closed', () => {
  it('rejects once, and opens a new one', async () => {
    vi.resetModules()
    const opened: IDBDatabase[] = []
    const open = indexedDB.open.bind(indexedDB)
    const spy = vi.spyOn(indexedDB, 'open').mockImplementation((name, version) => {
      const request = open(name, version)
      request.addEventListener('success', () => opened.push(request.result))
      return request
    })
    const { indexedDbStorage: fresh } = await import('authed/core')
    const storage = fresh()
    await storage.set('kept', 'yes')
    opened[0]?.close()
    await expect(storage.get('kept')).rejects.toThrow()
    expect(await storage.get('kept')).toBe('yes')
    expect(opened).toHaveLength(2)
    spy.mockRestore()
  })

  it('rejects where the browser aborts the transaction', async () => {
    const begin = IDBDatabase.prototype.transaction
    const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...how) {
      const transaction = begin.apply(this, how)
      queueMicrotask(() => transaction.abort())
      return transaction
    })
    await expect(indexedDbStorage().set('kept', 'yes')).rejects.toBeNull()
    spy.mockRestore()
  })
})

describe('webStorage', () => {
  it('tells by its name whether other tabs share it', () => {
    expect(webStorage(map, 'tab').name).toBe('key-value store')
    expect(webStorage(map, 'browser').name).toBe('shared key-value store')
  })
})

describe('fencedLocalStorage', () => {
  it('waits until a write that IndexedDB has counted is visible', async () => {
    const shared = new Map<string, string>()
    const [writer, reader] = [lateStorage(shared), lateStorage(shared)]
    vi.stubGlobal('localStorage', writer)
    await fencedLocalStorage().set('late', 'new')
    vi.stubGlobal('localStorage', reader)
    let answer: string | null | undefined = 'none yet'
    const reading = Promise.resolve(fencedLocalStorage().get('late')).then((text) => {
      answer = text
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(answer).toBe('none yet')
    writer.deliver()
    reader.receive()
    await reading
    expect(answer).toBe('new')
  })
})
