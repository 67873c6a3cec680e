import { readSession, type TokenStorage } from '../core/index.ts'

/** What a JS Object hands over of Appsmith: its two global names. */
export interface AppsmithPlatform {
  appsmith: { readonly store: Record<string, unknown> }
  storeValue(key: string, value: unknown, persist?: boolean): unknown
}

/** How the session is kept in Appsmith's store. */
export interface AppsmithStoreOptions {
  /**
   * `browser` (default): survives a reload, in the `localStorage` of Appsmith's origin. `page`: lives until the reload.
   */
  keep?: 'browser' | 'page'
  /**
   * `write` also keeps `authAccessToken`, `authRefreshToken` and `authAccessTokenExp`, so that queries bound to these go
   * on working. Default `omit`.
   */
  separateKeys?: 'write' | 'omit'
}

/**
 * Keeps the session in `appsmith.store`, for JS Objects: as one object under the client's key, so that no binding ever
 * sees half of a pair.
 *
 * @param platform Appsmith's global names, or a function that returns them.
 *
 * @example
 * ```ts
 * createAuthClient({ key: 'auth', storage: appsmithStore({ appsmith, storeValue }), endpoint })
 * ```
 */
export function appsmithStore(
  platform: AppsmithPlatform | (() => AppsmithPlatform),
  { keep = 'browser', separateKeys = 'omit' }: AppsmithStoreOptions = {},
): TokenStorage {
  const current = () => (typeof platform === 'function' ? platform() : platform)
  const get = (key: string) => {
    const value = current().appsmith.store[key]
    return value && typeof value === 'object' ? JSON.stringify(value) : undefined
  }
  /** All in one turn, which Appsmith makes one update of. */
  const put = (key: string, text: string | undefined) => {
    const store = (name: string, value: unknown) => void current().storeValue(name, value ?? null, keep === 'browser')
    store(key, text && JSON.parse(text))
    if (separateKeys === 'omit') return
    const { accessToken, refreshToken, expiresAt } = readSession(text) ?? {}
    store('authAccessToken', accessToken)
    store('authRefreshToken', refreshToken)
    store('authAccessTokenExp', expiresAt)
  }
  const mark = (text: string | undefined) => {
    const { id, revision } = readSession(text) ?? {}
    return `${id} ${revision}`
  }
  return {
    name: 'appsmith.store',
    reach: 'tab',
    get,
    set: put,
    remove: (key) => put(key, undefined),
    swap(key, expected, next) {
      // The store may have put the members into another order.
      const hit = mark(get(key)) === mark(expected)
      if (hit) put(key, next)
      return hit
    },
  }
}
