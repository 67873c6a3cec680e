/** One thing that happened. It holds no token. */
export interface TimelineEntry {
  /** What happened: a machine's event, or a step outside it. */
  readonly type: string
  readonly at: number
  readonly revision?: number
  /** The code of the error that came with it. */
  readonly code?: string
  /** How long it took, in milliseconds. */
  readonly duration?: number
}

const length = 100

/** Remembers the last hundred things that happened. */
export function createTimeline() {
  let entries: readonly TimelineEntry[] = []
  return {
    get entries() {
      return entries
    },
    add(entry: TimelineEntry) {
      entries = [...entries, entry].slice(-length)
    },
  }
}
