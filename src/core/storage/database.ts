const databaseName = 'authed'
const storeName = 'values'

let opening: Promise<IDBDatabase> | undefined
let found = false

/** Whether there is a database: one that was opened before and does not answer now is slow, not absent. */
export const isDatabaseFound = (): boolean => found

/** Whether the platform has no IndexedDB at all, as servers have none. One that is denied is not missing. */
export function isDatabaseMissing(): boolean {
  try {
    return typeof indexedDB === 'undefined'
  } catch {
    return false
  }
}

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1)
    const fail = () => reject(request.error)
    request.onupgradeneeded = () => request.result.createObjectStore(storeName)
    request.onerror = fail
    request.onsuccess = () => {
      const database = request.result
      found = true
      const forget = () => {
        opening = undefined
        database.close()
      }
      database.onclose = forget
      database.onversionchange = forget
      resolve(database)
    }
  })
  opening.catch(() => {
    opening = undefined
  })
  return opening
}

/**
 * Reads what stands under `key` in the package's database, and in the same transaction replaces it by what `change`
 * makes of it, `undefined` removing it. Resolves, once that is on the disk, with what stood there before.
 */
export async function access<T>(key: string, change?: (found: T | undefined) => T | undefined): Promise<T | undefined> {
  const database = await open()
  return new Promise((resolve, reject) => {
    // A connection that the browser has closed behind our back throws here; the next call opens a new one.
    try {
      const transaction = database.transaction(storeName, change ? 'readwrite' : 'readonly')
      const values = transaction.objectStore(storeName)
      const read: IDBRequest<T | undefined> = values.get(key)
      read.onsuccess = () => {
        const next = change?.(read.result)
        if (next !== undefined) values.put(next, key)
        else if (change) values.delete(key)
      }
      transaction.oncomplete = () => resolve(read.result)
      transaction.onabort = () => reject(transaction.error)
    } catch (error) {
      opening = undefined
      reject(error)
    }
  })
}
