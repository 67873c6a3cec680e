/**
 * Where a session is kept, as text under a key. Every method may answer at once or by a promise, and may throw:
 * the session then goes on in memory.
 */
export interface TokenStorage {
  /** What `inspect()` calls it. */
  readonly name: string
  /** Whether other tabs see the same values. Only then are the lock and the channel used. */
  readonly reach: 'tab' | 'browser'
  get(key: string): MaybePromise<string | null | undefined>
  set(key: string, value: string): MaybePromise<void>
  remove(key: string): MaybePromise<void>
  /**
   * Writes `next` (`undefined` removes) only where `expected` still stands, in one step, and tells whether it did.
   * Without it a `get` and a `set` stand in, between which another tab may slip.
   */
  swap?(key: string, expected: string | undefined, next: string | undefined): MaybePromise<boolean>
  /** Tells of changes made elsewhere. Returns what ends it. */
  subscribe?(key: string, listener: () => void): () => void
}

/** A value, or a promise of it. */
export type MaybePromise<T> = T | PromiseLike<T>
