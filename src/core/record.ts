import type { ChannelMessage } from './channel.ts'
import type { Clock } from './clock.ts'
import { AuthError, isAuthError } from './errors.ts'
import type { TokenStorage } from './storage/storage.ts'
import { readSession, type Session, writeSession } from './tokens.ts'
import { promptly } from './within.ts'

/** What stands in the storage: nothing, a session, or a text that could not be overwritten and is out of date. */
export interface Reading {
  readonly text?: string
  readonly session?: Session
  /** The storage did not answer, or shows only what this tab has already replaced in memory: it tells no news. */
  readonly silent?: boolean
  /** What to tell of a storage that is silent because it did not answer in time: it may yet. */
  readonly late?: AuthError
}

/** The outcome of a write: another tab may have been there first. */
export type Writing = 'written' | 'changed' | 'failed'

/** One session's place in a storage. It never throws, and tells the other tabs of what it has written. */
export interface SessionRecord {
  read(): Promise<Reading>
  /** Replaces what was read, `undefined` removing it, unless somebody else has replaced it meanwhile. */
  replace(reading: Reading, session: Session | undefined): Promise<Writing>
  /** Writes whatever stands there. */
  write(session: Session | undefined): Promise<Writing>
  /** What went wrong with the last access, if anything. */
  readonly trouble?: string
}

const silence = 'The storage does not answer, so nobody knows who is signed in. It is tried again by itself.'

/** The record of a session under `key`. */
export function sessionRecord(
  storage: TokenStorage,
  key: string,
  clock: Clock,
  tell: (message: ChannelMessage) => void,
): SessionRecord {
  let trouble: string | undefined
  /** The text that this tab could not replace, in a box since nothing may have stood there. */
  let outdated: { text?: string } | undefined
  /** While this tab replaces whatever stands there, what stands there is no news to it: reading waits. */
  let writing: Promise<unknown> | undefined

  const attempt = async <T>(
    access: () => T | PromiseLike<T>,
    failed?: (error: unknown) => void,
  ): Promise<{ value: T } | undefined> => {
    try {
      const value = await promptly(clock, access)
      trouble = undefined
      return { value }
    } catch (error) {
      trouble = String(error)
      failed?.(error)
      return undefined
    }
  }
  /** Web storage answers `null` for nothing. */
  const get = async () => (await storage.get(key)) ?? undefined
  const put = (next: string | undefined) => (next === undefined ? storage.remove(key) : storage.set(key, next))
  const swap = async (expected: string | undefined, next: string | undefined) => {
    if (storage.swap) return storage.swap(key, expected, next)
    if ((await get()) !== expected) return false
    await put(next)
    return true
  }
  /** Removes the session in `text`, in whatever revision, but none that somebody else has begun since. */
  const clear = async (text: string | undefined): Promise<void> => {
    if (text === undefined || (await swap(text, undefined))) return
    const next = await get()
    if (next !== undefined && readSession(next)?.id === readSession(text)?.id) await clear(next)
  }
  const textOf = (session: Session | undefined) => session && writeSession(session)
  const announce = (session: Session | undefined) => tell({ type: 'changed', revision: session?.revision ?? 0 })

  return {
    get trouble() {
      return trouble
    },
    async read() {
      await writing
      const known = outdated
      let late: AuthError | undefined
      const answer = await attempt(get, (error) => {
        if (isAuthError(error)) late = new AuthError('storage', silence)
      })
      const text = answer?.value
      // Somebody else has written: what comes after that is news, also where it is once more what this tab could not replace.
      if (answer && outdated === known && known?.text !== text) outdated = undefined
      const silent = !answer || (outdated && outdated.text === text)
      return silent ? { text, silent: true, late } : { text, session: readSession(text) }
    },
    async replace(reading, session) {
      const answer = await attempt(() => swap(reading.text, textOf(session)))
      outdated = answer ? undefined : { text: reading.text }
      if (answer?.value) announce(session)
      return answer ? (answer.value ? 'written' : 'changed') : 'failed'
    },
    write(session) {
      const written = (async () => {
        await writing
        const read = await attempt(get)
        const before = read?.value
        const answer = await attempt(() => (session || !read ? put(textOf(session)) : clear(before)))
        // Nobody may go on with the tokens of a former session; and a full storage has room for nothing.
        const cleared = answer ?? (session && (await attempt(() => put(undefined))))
        outdated = answer ? undefined : { text: cleared ? undefined : before }
        if (cleared) announce(answer && session)
        return answer ? 'written' : 'failed'
      })()
      writing = written
      return written
    },
  }
}
