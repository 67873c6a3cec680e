/** Virtual time: what is due runs in order, and after each step every promise gets its turn. */
export interface Schedule {
  /** True time, in milliseconds since the run began. */
  readonly now: number
  /** How many steps have been made. */
  readonly steps: number
  /** Runs `work` after `delay` ms of virtual time; returns what prevents it. */
  after(delay: number, work: () => void): () => void
  /** Runs everything that is due within `duration` ms, until `isOver`. */
  pass(duration: number): Promise<void>
  /** Nothing runs any more. */
  stop(): void
}

interface Entry {
  at: number
  order: number
  work?: () => void
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const isBefore = (one: Entry, other: Entry) => one.at < other.at || (one.at === other.at && one.order < other.order)

/** A heap of entries, the next one on top. */
class Queue {
  readonly heap: Entry[] = []

  add(entry: Entry) {
    const { heap } = this
    let place = heap.length
    for (; place > 0; ) {
      const parent = (place - 1) >> 1
      const above = heap[parent] as Entry
      if (!isBefore(entry, above)) break
      heap[place] = above
      place = parent
    }
    heap[place] = entry
  }

  take(): Entry {
    const { heap } = this
    const first = heap[0] as Entry
    const last = heap.pop() as Entry
    if (heap.length === 0) return first
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child++
      if (!isBefore(heap[child] as Entry, last)) break
      heap[place] = heap[child] as Entry
      place = child
    }
    heap[place] = last
    return first
  }
}

/** Makes a schedule that starts at 0. */
export function createSchedule(): Schedule {
  const queue = new Queue()
  let now = 0
  let order = 0
  let steps = 0
  let stopped = false
  return {
    get now() {
      return now
    },
    get steps() {
      return steps
    },
    after(delay, work) {
      const entry: Entry = { at: now + Math.max(0, delay), order: order++, work }
      queue.add(entry)
      return () => {
        entry.work = undefined
      }
    },
    async pass(duration) {
      const until = now + duration
      await turn()
      while (!stopped) {
        const next = queue.heap[0]
        if (!next || next.at > until) break
        const { at, work } = queue.take()
        if (!work) continue
        now = at
        steps++
        work()
        await turn()
      }
      if (!stopped) now = until
    },
    stop() {
      stopped = true
    },
  }
}
