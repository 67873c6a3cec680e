import type { AuthClient, TimelineEntry, TimelineType } from '../../core/index.ts'

/** One thing that happened, as the panel keeps it. It holds no token. */
export interface RecordEntry extends Omit<TimelineEntry, 'type'> {
  readonly id: number
  /** `slept`: nothing ran on this page for `duration`. */
  readonly type: TimelineType | 'slept'
}

/** Everything that happened since the panel was there, and up to a hundred things before. */
export interface Recorder {
  getEntries(): readonly RecordEntry[]
  subscribe(listener: () => void): () => void
  /** Begins to follow the client. Returns what ends that. */
  start(): () => void
  clear(): void
}

/** More is not kept: a page may stay open for weeks. */
const length = 1_000
const heartbeat = 1_000
/** A pause of this many milliseconds between two heartbeats is a sleep; browsers throttle hidden pages to one a minute. */
const shortestSleep = 5_000

/** Follows the timeline of a client, which itself remembers but the last hundred things. */
export function createRecorder(client: Pick<AuthClient, 'inspect' | 'subscribe'>): Recorder {
  const seen = new WeakSet<TimelineEntry>()
  const listeners = new Set<() => void>()
  let entries: readonly RecordEntry[] = []
  let count = 0

  function keep(news: readonly Omit<RecordEntry, 'id'>[]) {
    if (news.length === 0) return
    entries = [...entries, ...news.map((entry) => ({ ...entry, id: ++count }))].slice(-length)
    for (const listener of [...listeners]) listener()
  }

  function follow() {
    const news = client.inspect().timeline.filter((entry) => !seen.has(entry))
    for (const entry of news) seen.add(entry)
    keep(news)
  }

  function start() {
    let beatAt = Date.now()
    const detach = client.subscribe(follow)
    const timer = setInterval(() => {
      const now = Date.now()
      if (now - beatAt > shortestSleep && document.visibilityState === 'visible') {
        keep([{ type: 'slept', at: now, duration: now - beatAt }])
      }
      beatAt = now
      follow()
    }, heartbeat)
    follow()
    return () => {
      detach()
      clearInterval(timer)
    }
  }

  return {
    getEntries: () => entries,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start,
    clear() {
      entries = []
      for (const listener of [...listeners]) listener()
    },
  }
}
