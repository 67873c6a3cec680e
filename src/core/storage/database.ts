const databaseName = 'authed'
const storeName = 'values'

let opening: Promise<IDBDatabase> | undefined
let found = false

/** Whether there is a database: one that was opened before and does not answer now is slow, not absent. */
export const isDatabaseFound = (): boolean => found

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
 * Runs `work` in one transaction of the package's database and resolves with what its request found, once the
 * transaction is complete. `work` may start further requests in its request's success handler.
 */
export async function transact<T>(
  mode: IDBTransactionMode,
  work: (values: IDBObjectStore, settle: (value: T) => void) => void,
): Promise<T> {
  const database = await open()
  return new Promise<T>((resolve, reject) => {
    let result: T
    // A connection that the browser has closed behind our back throws here; the next call opens a new one.
    try {
      const transaction = database.transaction(storeName, mode)
      transaction.oncomplete = () => resolve(result)
      transaction.onabort = () => reject(transaction.error)
      work(transaction.objectStore(storeName), (value) => {
        result = value
      })
    } catch (error) {
      opening = undefined
      reject(error)
    }
  })
}
