/** Virtual time: what is due runs in order, and in between every promise gets its turn. */
export interface Schedule {
  readonly now: number
  /** Runs `work` after `delay` ms of virtual time; returns what prevents it. */
  after(delay: number, work: () => void): () => void
  /** Runs everything that is due within `duration` ms. */
  pass(duration: number): Promise<void>
}

interface Entry {
  at: number
  order: number
  work?: () => void
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A heap of entries, the next one on top. */
function createQueue() {
  const heap: Entry[] = []
  const before = (one: Entry, other: Entry) => one.at < other.at || (one.at === other.at && one.order < other.order)
  const swap = (one: number, other: number) => {
    const kept = heap[one] as Entry
    heap[one] = heap[other] as Entry
    heap[other] = kept
  }
  return {
    first: () => heap[0],
    add(entry: Entry) {
      let place = heap.push(entry) - 1
      for (
        let parent = (place - 1) >> 1;
        place > 0 && before(entry, heap[parent] as Entry);
        parent = (place - 1) >> 1
      ) {
        swap(place, parent)
        place = parent
      }
    },
    take() {
      const last = heap.length - 1
      swap(0, last)
      const first = heap.pop() as Entry
      for (let place = 0; ; ) {
        const [left, right] = [2 * place + 1, 2 * place + 2]
        let least = place
        if (left < last && before(heap[left] as Entry, heap[least] as Entry)) least = left
        if (right < last && before(heap[right] as Entry, heap[least] as Entry)) least = right
        if (least === place) return first
        swap(place, least)
        place = least
      }
    },
  }
}

/** Makes a schedule that starts at 0. */
export function createSchedule(): Schedule {
  const queue = createQueue()
  let now = 0
  let order = 0
  return {
    get now() {
      return now
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
      for (let next = queue.first(); next && next.at <= until; next = queue.first()) {
        const { at, work } = queue.take()
        if (!work) continue
        now = at
        work()
        await turn()
      }
      now = until
    },
  }
}
