import type { Clock } from './clock.ts'
import { AuthError, isAuthError } from './errors.ts'
import { access, isDatabaseFound } from './storage/database.ts'
import { promptly } from './within.ts'

/** Lets one tab at a time run a task. */
export interface Lock {
  /** What `inspect()` calls it. */
  readonly name: string
  /**
   * Runs `task` while no other tab runs one under `key`.
   *
   * @throws `lock_timeout` {@link AuthError} when another, living tab does not let go.
   */
  run(key: string, task: () => Promise<void>): Promise<void>
}

/** What a lock is made of. */
export interface LockOptions {
  clock: Clock
  /** How long to wait before the holder is asked whether it lives, in milliseconds. */
  patience: number
  /** Asks the other tabs whether one of them holds the lock and lives. A frozen tab does not answer. */
  isHolderAlive: () => Promise<boolean>
  /** The platform's lock manager. Default: `navigator.locks`, looked up at each call. */
  locks?: () => LockManager | undefined
}

const turn = 100
/** Between two renewals of a lease, in milliseconds. */
const renewalPause = 5_000
/** Longer than it takes to make sure that the holder of the lock is frozen. */
const surveyTime = 3_000

const busy = () =>
  new AuthError('lock_timeout', 'Another tab is still refreshing the session. It is tried again by itself.')

/** The platform's locks; without them (plain http, old engines) a lease in IndexedDB; without that none. */
export function tabLock(options: LockOptions): Lock {
  let refused = false
  const find = () => (refused ? undefined : (options.locks ?? (() => globalThis.navigator?.locks))())
  return {
    get name() {
      return find() ? 'Web Locks' : 'IndexedDB lease'
    },
    async run(key, task) {
      const locks = find()
      if (!locks) return runWithLease(options, key, task)
      let entered = false
      const enter = () => {
        entered = true
        return task()
      }
      try {
        await runWithWebLock(options, locks, key, enter)
      } catch (error) {
        // A stolen lock ends up here too; what its task still does is checked when it commits.
        if (entered || error instanceof AuthError) throw error
        // Robbed before it began: the locks work, only not for this tab just now.
        if ((error as Error).name === 'AbortError') throw busy()
        refused = true
        await runWithLease(options, key, task)
      }
    },
  }
}

async function runWithWebLock(options: LockOptions, locks: LockManager, key: string, task: () => Promise<void>) {
  const { clock, patience, isHolderAlive } = options
  /** Runs `work` under a lock; tells whether it got the lock while patience lasted. */
  const wait = async (name: string, work: () => Promise<void>) => {
    const waiting = new AbortController()
    const { signal } = waiting
    const timer = clock.setTimeout(() => waiting.abort(), patience)
    let entered = false
    const enter = () => {
      entered = true
      clock.clearTimeout(timer)
      return work()
    }
    try {
      await locks.request(name, { signal }, enter)
    } catch (error) {
      if (entered || !signal.aborted) throw error
    } finally {
      clock.clearTimeout(timer)
    }
    return entered
  }
  const holderOf = async (name: string) => (await locks.query()).held?.find((held) => held.name === name)?.clientId

  if (await wait(key, task)) return
  // The holder is frozen or gone: without this every tab would wait for it for ever. One tab at a time makes sure and
  // steals, or those that have lost patience together would steal from each other.
  const stealing = `${key}:steal`
  let running: Promise<unknown> | undefined
  let robbed = false
  const rob = async () => {
    const startedAt = clock.now()
    const before = await holderOf(key)
    // Frozen is who held it all along and did not answer; who has just got it lives, and nobody is no frozen tab. After a
    // sleep all this is out of date.
    const lives = !before || (await isHolderAlive()) || before !== (await holderOf(key))
    if (lives || robbed || clock.now() - startedAt > surveyTime) throw busy()
    await new Promise<void>((resolve) => {
      running = locks.request(key, { steal: true }, () => {
        resolve()
        return task()
      })
      running.catch(() => resolve())
    })
  }
  const robber = await holderOf(stealing)
  try {
    if (!(await wait(stealing, rob))) {
      // Making sure takes about a second. Who has been at it all along was frozen in the midst of it.
      if (!robber || robber !== (await holderOf(stealing))) throw busy()
      await locks.request(stealing, { steal: true }, rob)
    }
  } catch (error) {
    robbed = true
    throw error
  }
  await running
}

/** When a lease ends, and whose it is. */
interface Lease {
  until: number
  by: number
}

async function runWithLease({ clock, patience }: LockOptions, key: string, task: () => Promise<void>) {
  const owner = Math.random()
  const place = `${key}:lease`
  // A tab that lives renews it, but timers of hidden tabs come late: a request and its accesses to a storage fit in.
  const leaseLength = patience + 10_000
  const claim = async () => {
    let isFree = false
    await access<Lease>(place, (held) => {
      const now = clock.now()
      const own = { until: now + leaseLength, by: owner }
      // A lease from the future tells that the clock was set back; a little of it tells that two tabs' clocks differ.
      isFree = !held || held.by === owner || held.until <= now || held.until > own.until + 1_000
      return isFree ? own : held
    })
    return isFree
  }
  const letGo = () => access<Lease>(place, (held) => (held?.by === owner ? undefined : held)).catch(() => {})
  const giveUp = (): never => {
    // The claim may come through yet, when nobody wants it any more.
    void letGo()
    throw busy()
  }
  const claimed = async () => {
    const askedAt = clock.now()
    const isFree = await promptly(clock, claim).catch((error) => {
      // No storage at all: nothing is shared with other tabs either, so there is nobody to exclude.
      return !isAuthError(error) || !isDatabaseFound() || giveUp()
    })
    // Who slept meanwhile learns too late what was so, and claims it anew.
    return isFree && clock.now() - askedAt < renewalPause
  }
  const giveUpAt = clock.now() + leaseLength + patience
  while (!(await claimed())) {
    if (clock.now() > giveUpAt) giveUp()
    await new Promise<void>((resolve) => clock.setTimeout(resolve, turn))
  }
  let renewal: unknown
  let over = false
  const lost = new Promise<never>((_, reject) => {
    const renew = async () => {
      const kept = await promptly(clock, claim).catch(() => true)
      if (over) return
      if (kept) renewal = clock.setTimeout(renew, renewalPause)
      else reject(busy())
    }
    renewal = clock.setTimeout(renew, renewalPause)
  })
  try {
    await Promise.race([task(), lost])
  } finally {
    over = true
    clock.clearTimeout(renewal)
    await letGo()
  }
}
