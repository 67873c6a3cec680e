/** Appsmith's store: what bindings see as `appsmith.store`. */
export interface AppsmithStore {
  readonly values: Record<string, unknown>
  /** Sets at once; listeners hear of all changes of one turn together. */
  storeValue(key: string, value: unknown, persist?: boolean): Record<string, never>
  subscribe(listener: (keys: readonly string[]) => void): () => void
}

/** How the store is kept. */
export interface AppsmithStoreSettings {
  appId: string
  /** Where persisted values live. Default `localStorage` of the page. */
  storage?: Pick<Storage, 'getItem' | 'setItem'>
}

/** Makes the store of one Appsmith app; what was persisted is there again after a reload. */
export function createAppsmithStore({ appId, storage = localStorage }: AppsmithStoreSettings): AppsmithStore {
  const place = `APPSMITH_LOCAL_STORE-${appId}`
  const values: Record<string, unknown> = JSON.parse(storage.getItem(place) ?? '{}')
  const listeners = new Set<(keys: readonly string[]) => void>()
  let pending: { key: string; value: unknown; persist: boolean }[] = []

  function flush() {
    const changes = pending
    pending = []
    const kept = changes.filter(({ persist }) => persist)
    if (kept.length > 0) {
      const stored = JSON.parse(storage.getItem(place) ?? '{}')
      for (const { key, value } of kept) stored[key] = value
      storage.setItem(place, JSON.stringify(stored))
    }
    for (const listener of [...listeners]) listener(changes.map(({ key }) => key))
  }

  return {
    values,
    storeValue(key, value, persist = true) {
      values[key] = value
      if (pending.length === 0) queueMicrotask(flush)
      pending.push({ key, value, persist })
      return {}
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
