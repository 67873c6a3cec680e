import type { Chance } from './chance.ts'
import type { Schedule } from './schedule.ts'

/** One tab, as the browser sees it. */
export interface Page {
  readonly name: string
  readonly state: 'running' | 'frozen' | 'crashed'
  readonly isVisible: boolean
  /** Since when it runs without a break, in true time. */
  readonly runningSince: number
  readonly hiddenSince: number
  readonly hasBeenFrozen: boolean
  /** Lets the page's code run: now, when it is thawed, or never. */
  enter(work: () => void): void
  /** Runs code of the page among the globals that it finds there. */
  inside: <T>(work: () => T) => T
  /** A timer of the page: late while the page is hidden, silent while it is frozen. */
  setTimeout(callback: () => void, delay: number): () => void
  freeze(): void
  thaw(): void
  crash(): void
  show(visible: boolean): void
  /** Crashes or freezes the page before the step that comes after `steps` more of its own. */
  arm(steps: number, what: 'crash' | 'freeze'): void
  /** Moves the timers, as where the machine's own clock stands still in its sleep. */
  postponeTimers(by: number): void
  onCrash(listener: () => void): void
  onChange: (what: string) => void
}

interface Timer {
  /** When it was to fire, and when the page lets it. */
  readonly due: number
  at: number
  callback: () => void
  cancel: () => void
  over: boolean
}

/** Browsers let timers of hidden pages run once a second, and after five minutes once a minute. */
const throttle = (hiddenFor: number) => (hiddenFor > 300_000 ? 60_000 : 1_000)

/** Opens a page. */
export function createPage(name: string, schedule: Schedule, chance: Chance): Page {
  let state: Page['state'] = 'running'
  let visible = true
  let runningSince = schedule.now
  let hasBeenFrozen = false
  let hiddenSince = Infinity
  let fuse: { steps: number; what: 'crash' | 'freeze' } | undefined
  /** What waits for the thaw, and after it for its turn: all else comes after it. */
  let postponed: (() => void)[] = []
  const timers = new Set<Timer>()
  const mourners: (() => void)[] = []

  function burn() {
    if (!fuse || fuse.steps-- > 0) return
    const { what } = fuse
    fuse = undefined
    page.onChange(`${what}s between two steps`)
    page[what]()
  }

  function step(work: () => void) {
    burn()
    if (state === 'running') page.inside(work)
    else if (state === 'frozen') postponed.unshift(work)
  }

  /** Makes up for what was missed: each in a step of its own, in order, a little apart. */
  function catchUp() {
    schedule.after(chance.happens(0.3) ? chance.between(0, 20) : 0, () => {
      const next = state === 'running' && postponed.shift()
      if (next) step(next)
      if (state === 'running' && postponed.length > 0) catchUp()
    })
  }

  function start(timer: Timer) {
    timer.cancel = schedule.after(timer.at - schedule.now, () => {
      if (!visible && timer.at > hiddenSince) {
        const grid = throttle(schedule.now - hiddenSince)
        const next = hiddenSince + Math.ceil((schedule.now - hiddenSince) / grid) * grid
        if (next > schedule.now) {
          timer.at = next
          return start(timer)
        }
      }
      page.enter(() => {
        if (timer.over) return
        timer.over = true
        timers.delete(timer)
        timer.callback()
      })
    })
  }

  const page: Page = {
    name,
    get state() {
      return state
    },
    get isVisible() {
      return visible
    },
    get runningSince() {
      return runningSince
    },
    get hasBeenFrozen() {
      return hasBeenFrozen
    },
    get hiddenSince() {
      return hiddenSince
    },
    enter(work) {
      if (state === 'running' && postponed.length === 0) step(work)
      else if (state !== 'crashed') postponed.push(work)
    },
    setTimeout(callback, delay) {
      const due = schedule.now + Math.max(delay, 0)
      const timer: Timer = { due, at: due, callback, cancel: () => {}, over: false }
      timers.add(timer)
      start(timer)
      return () => {
        timer.over = true
        timers.delete(timer)
        timer.cancel()
      }
    },
    freeze() {
      if (state !== 'running') return
      state = 'frozen'
      hasBeenFrozen = true
    },
    thaw() {
      if (state !== 'frozen') return
      state = 'running'
      runningSince = schedule.now
      catchUp()
    },
    crash() {
      if (state === 'crashed') return
      state = 'crashed'
      postponed = []
      for (const timer of timers) timer.cancel()
      for (const mourn of mourners) mourn()
    },
    show(next) {
      visible = next
      hiddenSince = next ? Infinity : Math.min(hiddenSince, schedule.now)
      // A page that is shown makes up for its slow timers at once.
      for (const timer of next ? [...timers].filter(({ at, due }) => at > due) : []) {
        timer.cancel()
        timer.at = Math.max(timer.due, schedule.now)
        start(timer)
      }
    },
    arm(steps, what) {
      fuse = { steps, what }
    },
    postponeTimers(by) {
      for (const timer of timers) {
        timer.cancel()
        timer.at += by
        start(timer)
      }
    },
    onCrash: (listener) => void mourners.push(listener),
    onChange: () => {},
    inside: (work) => work(),
  }
  return page
}
