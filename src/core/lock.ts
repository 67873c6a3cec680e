import type { Clock } from './clock.ts'
import { AuthError, isAuthError } from './errors.ts'
import { isDatabaseFound, transact } from './storage/database.ts'
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
  const { locks: find = () => globalThis.navigator?.locks } = options
  let refused = false
  return {
    get name() {
      return !refused && find() ? 'Web Locks' : 'IndexedDB lease'
    },
    async run(key, task) {
      const locks = refused ? undefined : find()
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

/** The same lock, which tells how long each task has waited for it, in milliseconds. */
export const timedLock = (lock: Lock, clock: Clock, entered: (waited: number) => void): Pick<Lock, 'run'> => ({
  run(key, task) {
    const askedAt = clock.now()
    return lock.run(key, () => {
      entered(clock.now() - askedAt)
      return task()
    })
  },
})

async function runWithWebLock(options: LockOptions, locks: LockManager, key: string, task: () => Promise<void>) {
  const { clock, patience, isHolderAlive } = options
  const waiting = new AbortController()
  const timer = clock.setTimeout(() => waiting.abort(), patience)
  let entered = false
  try {
    return await locks.request(key, { signal: waiting.signal }, () => {
      entered = true
      clock.clearTimeout(timer)
      return task()
    })
  } catch (error) {
    if (entered || !waiting.signal.aborted) throw error
  } finally {
    clock.clearTimeout(timer)
  }
  // The holder is frozen or gone: without this every tab would wait for it for ever. One tab at a time makes sure and
  // steals, or those that have lost patience together would steal from each other.
  let running: Promise<unknown> | undefined
  let robbed = false
  const rob = async () => {
    const startedAt = clock.now()
    const before = await holderOf(locks, key)
    // Frozen is who held it all along and did not answer; who has just got it lives. After a sleep all this is out of date.
    const lives = (await isHolderAlive()) || before !== (await holderOf(locks, key))
    if (lives || robbed || clock.now() - startedAt > surveyTime) throw busy()
    await new Promise<void>((resolve) => {
      running = locks.request(key, { steal: true }, () => {
        resolve()
        return task()
      })
      running.catch(() => resolve())
    })
  }
  const stealing = `${key}:steal`
  const robber = await holderOf(locks, stealing)
  const impatience = new AbortController()
  const limit = clock.setTimeout(() => impatience.abort(), patience)
  try {
    await locks.request(stealing, { signal: impatience.signal }, rob)
  } catch (error) {
    robbed = true
    if (!impatience.signal.aborted || error instanceof AuthError) throw error
    // Making sure takes about a second. Who has been at it all along was frozen in the midst of it.
    if (!robber || robber !== (await holderOf(locks, stealing))) throw busy()
    robbed = false
    await locks.request(stealing, { steal: true }, rob).catch((reason) => {
      robbed = true
      throw reason
    })
  } finally {
    clock.clearTimeout(limit)
  }
  await running
}

async function holderOf(locks: LockManager, key: string): Promise<string | undefined> {
  return (await locks.query()).held?.find(({ name }) => name === key)?.clientId
}

async function runWithLease({ clock, patience }: LockOptions, key: string, task: () => Promise<void>) {
  const owner = Math.random()
  // A tab that lives renews it, but timers of hidden tabs come late: a request and its accesses to a storage fit in.
  const leaseLength = patience + 10_000
  const claim = () =>
    transact<boolean>('readwrite', (values, settle) => {
      const read = values.get(`${key}:lease`)
      read.onsuccess = () => {
        const { until = 0, by } = read.result ?? {}
        const left = until - clock.now()
        // A lease from the future tells that the clock was set back; a little of it tells that two tabs' clocks differ.
        const free = by === owner || left <= 0 || left > leaseLength + 1_000
        if (free) values.put({ by: owner, until: clock.now() + leaseLength }, `${key}:lease`)
        settle(free)
      }
    })
  const letGo = () =>
    transact('readwrite', (values) => {
      const read = values.get(`${key}:lease`)
      read.onsuccess = () => read.result?.by === owner && values.delete(`${key}:lease`)
    }).catch(() => {})
  // No storage at all: nothing is shared with other tabs either, so there is nobody to exclude.
  const claimed = () =>
    promptly(clock, claim).catch((error) => {
      if (!isAuthError(error) || !isDatabaseFound()) return true
      // The claim may come through yet, when nobody wants it any more.
      void letGo()
      throw busy()
    })
  const giveUpAt = clock.now() + leaseLength + patience
  while (!(await claimed())) {
    if (clock.now() > giveUpAt) throw busy()
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
