import { broadcastChannel, type ChannelMessage, isHolderAlive } from './channel.ts'
import { systemClock } from './clock.ts'
import { tolerate } from './errors.ts'
import { tabLock } from './lock.ts'
import type { AuthClientOptions } from './options.ts'
import { sessionRecord } from './record.ts'
import { indexedDbStorage } from './storage/indexedDb.ts'
import { browserWake } from './wake.ts'

/** The options of a client with every default in its place. */
export type Settings<Credentials = unknown> = ReturnType<typeof settingsOf<Credentials>>

/** Fills in what was left out. The channel and the lock are there only where other tabs can share the session. */
export function settingsOf<Credentials>(options: AuthClientOptions<Credentials>) {
  const { endpoint, key = 'authed', timeLimit = 10_000, clock = systemClock, wake = browserWake } = options
  const storage = options.storage ?? indexedDbStorage()
  const fetch: typeof globalThis.fetch = options.fetch ?? ((...request) => globalThis.fetch(...request))
  const cookie = endpoint.refreshTokenIn === 'cookie'
  const channel = storage.reach === 'browser' || cookie ? (options.channel ?? broadcastChannel(key)) : undefined
  const lock =
    channel &&
    (options.lock ?? tabLock({ clock, patience: timeLimit * 1.5, isHolderAlive: () => isHolderAlive(channel, clock) }))
  /** Tells the other tabs. Where they cannot be told they find out by themselves, later. */
  const tell = (message: ChannelMessage) => void tolerate(() => channel?.post(message))
  return {
    ...options,
    ...{ key, timeLimit, clock, wake, storage, fetch, cookie, channel, lock, tell },
    record: sessionRecord(storage, key, clock, tell),
  }
}
