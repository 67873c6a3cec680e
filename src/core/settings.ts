import { broadcastChannel, type ChannelMessage, isHolderAlive } from './channel.ts'
import { systemClock } from './clock.ts'
import { tolerate } from './errors.ts'
import { tabLock } from './lock.ts'
import type { AuthClientOptions } from './options.ts'
import { type SessionRecord, sessionRecord } from './record.ts'
import { indexedDbStorage } from './storage/indexedDb.ts'
import { browserWake } from './wake.ts'

/** The options of a client with every default in its place, and what is made of them once. */
export type Settings<Credentials = unknown> = AuthClientOptions<Credentials> &
  Required<Pick<AuthClientOptions, 'key' | 'timeLimit' | 'clock' | 'wake' | 'storage' | 'fetch'>> & {
    /** The refresh token lives in an HttpOnly cookie. */
    cookie: boolean
    /** The session's place in the storage. */
    record: SessionRecord
    /** Tells the other tabs. Where they cannot be told they find out by themselves, later. */
    tell: (message: ChannelMessage) => void
  }

/** Fills in what was left out. There is a channel and a lock only where other tabs can share the session. */
export function settingsOf<Credentials>(options: AuthClientOptions<Credentials>): Settings<Credentials> {
  const { endpoint, timeLimit = 10_000, clock = systemClock, wake = browserWake } = options
  const { key = ['authed', endpoint.id].filter(Boolean).join(' ') } = options
  const storage = options.storage ?? indexedDbStorage()
  const fetch: typeof globalThis.fetch = options.fetch ?? ((...request) => globalThis.fetch(...request))
  const cookie = endpoint.refreshTokenIn === 'cookie'
  const channel = storage.reach === 'browser' || cookie ? (options.channel ?? broadcastChannel(key)) : undefined
  const lock =
    channel &&
    (options.lock ?? tabLock({ clock, patience: timeLimit * 1.5, isHolderAlive: () => isHolderAlive(channel, clock) }))
  const tell = (message: ChannelMessage) => void tolerate(() => channel?.post(message))
  const record = sessionRecord(storage, key, clock, tell)
  return { ...options, key, timeLimit, clock, wake, storage, fetch, cookie, channel, lock, tell, record }
}
