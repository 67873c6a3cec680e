import 'fake-indexeddb/auto'
import { tabLock } from 'authed/core'
import { createFakeClock, settle } from 'authed/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { watch } from '../promises/world.ts'

const setUp = (isHolderAlive = async () => false) => {
  const clock = createFakeClock()
  const lock = () => tabLock({ clock, patience: 15_000, isHolderAlive })
  return { clock, one: lock(), other: lock() }
}
/** A task that lasts until it is told to end. */
const task = () => {
  let end = () => {}
  const done = new Promise<void>((resolve) => {
    end = resolve
  })
  const run = vi.fn(() => done)
  return { run, end }
}
let count = 0
const newKey = () => `lock-${++count}`

afterEach(() => vi.unstubAllGlobals())

describe('tabLock with Web Locks', () => {
  it('lets one task at a time run', async () => {
    const { one, other } = setUp()
    const [first, second, key] = [task(), task(), newKey()]
    const running = [one.run(key, first.run), other.run(key, second.run)]
    await vi.waitFor(() => expect(first.run).toHaveBeenCalled())
    expect(second.run).not.toHaveBeenCalled()
    first.end()
    await vi.waitFor(() => expect(second.run).toHaveBeenCalled())
    second.end()
    await Promise.all(running)
    expect(one.name).toBe('Web Locks')
  })

  it('passes on what the task throws', async () => {
    const { one } = setUp()
    await expect(one.run(newKey(), () => Promise.reject(new Error('own')))).rejects.toThrow('own')
  })

  it('rejects after its patience where the holder lives', async () => {
    const { clock, one, other } = setUp(async () => true)
    const [first, second, key] = [task(), task(), newKey()]
    const holding = one.run(key, first.run)
    await vi.waitFor(() => expect(first.run).toHaveBeenCalled())
    const waiting = watch(other.run(key, second.run))
    await clock.advance(15_000)
    await vi.waitFor(() => expect(waiting.state).toBe('rejected'))
    expect(waiting.error).toMatchObject({ code: 'lock_timeout', transient: true })
    first.end()
    await holding
    expect(second.run).not.toHaveBeenCalled()
  })

  it('takes the lock from a holder that is frozen', async () => {
    const { clock, one, other } = setUp()
    const [frozen, second, key] = [task(), task(), newKey()]
    const holding = watch(one.run(key, frozen.run))
    await vi.waitFor(() => expect(frozen.run).toHaveBeenCalled())
    const waiting = watch(other.run(key, second.run))
    await clock.advance(15_000)
    await vi.waitFor(() => expect(second.run).toHaveBeenCalled())
    second.end()
    await vi.waitFor(() => expect([holding.state, waiting.state]).toEqual(['rejected', 'resolved']))
    expect(clock.pending).toBe(0)
  })

  /** A tab that has asked for the lock and never lets go. */
  const freeze = (name: string) => {
    void navigator.locks.request(name, () => new Promise(() => {})).catch(() => {})
    return vi.waitFor(async () =>
      expect((await navigator.locks.query()).held?.map((held) => held.name)).toContain(name),
    )
  }
  /** Lets the locks, which work off the fake clock, keep up with it. */
  const pass = async (clock: ReturnType<typeof createFakeClock>, duration: number) => {
    for (let passed = 0; passed < duration; passed += 1_000) {
      await clock.advance(1_000)
      await settle()
    }
  }

  it('passes on what the task throws that runs with a stolen lock', async () => {
    const { clock, one } = setUp()
    const key = newKey()
    await freeze(key)
    const waiting = watch(one.run(key, () => Promise.reject(new Error('own'))))
    await pass(clock, 17_000)
    expect(waiting).toMatchObject({ state: 'rejected', error: { message: 'own' } })
  })

  it('goes past a tab that froze in the midst of stealing', async () => {
    const { clock, one } = setUp()
    const [second, key] = [task(), newKey()]
    await freeze(key)
    await freeze(`${key}:steal`)
    const waiting = watch(one.run(key, second.run))
    await pass(clock, 29_000)
    expect(second.run).not.toHaveBeenCalled()
    await pass(clock, 3_000)
    expect(second.run).toHaveBeenCalledTimes(1)
    second.end()
    await vi.waitFor(() => expect(waiting.state).toBe('resolved'))
    expect(clock.pending).toBe(0)
  })

  it('leaves the lock to a living holder although a tab froze in the midst of stealing', async () => {
    const { clock, one } = setUp(async () => true)
    const [second, key] = [task(), newKey()]
    await freeze(key)
    await freeze(`${key}:steal`)
    const waiting = watch(one.run(key, second.run))
    await pass(clock, 32_000)
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'lock_timeout' } })
    expect(second.run).not.toHaveBeenCalled()
  })

  it('lets one tab at a time make sure, and the others come back later', async () => {
    const { clock, one, other } = setUp(() => new Promise(() => {}))
    const [second, key] = [task(), newKey()]
    await freeze(key)
    const waiting = [watch(one.run(key, second.run)), watch(other.run(key, second.run))]
    await pass(clock, 32_000)
    expect(waiting.map(({ state }) => state).sort()).toEqual(['rejected', 'waiting'])
    expect(waiting.find(({ error }) => error)?.error).toMatchObject({ code: 'lock_timeout' })
    expect(second.run).not.toHaveBeenCalled()
  })

  it('takes no lock that nobody holds when it makes sure: the next in line is about to get it', async () => {
    const isHolderAlive = vi.fn(async () => false)
    const { clock, one } = setUp(isHolderAlive)
    const [second, key] = [task(), newKey()]
    await freeze(key)
    const waiting = watch(one.run(key, second.run))
    await pass(clock, 14_000)
    vi.spyOn(navigator.locks, 'query').mockResolvedValue({ held: [], pending: [] })
    await pass(clock, 2_000)
    vi.restoreAllMocks()
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'lock_timeout' } })
    expect(isHolderAlive).not.toHaveBeenCalled()
    expect(second.run).not.toHaveBeenCalled()
  })

  it('gives up what it has found out too slowly', async () => {
    const { clock, one } = setUp(() => new Promise((resolve) => void clock.setTimeout(() => resolve(false), 16_000)))
    const [second, key] = [task(), newKey()]
    await freeze(key)
    const waiting = watch(one.run(key, second.run))
    await pass(clock, 33_000)
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'lock_timeout' } })
    expect(second.run).not.toHaveBeenCalled()
  })

  it('goes on with Web Locks where it was robbed while it made sure', async () => {
    let answer = (_alive: boolean) => {}
    const { clock, one } = setUp(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const [second, key] = [task(), newKey()]
    await freeze(key)
    const waiting = watch(one.run(key, second.run))
    await pass(clock, 16_000)
    await navigator.locks.request(`${key}:steal`, { steal: true }, async () => {})
    await settle()
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'lock_timeout' } })
    answer(false)
    await settle()
    expect(second.run).not.toHaveBeenCalled()
    expect(one.name).toBe('Web Locks')
  })

  it('falls back to a lease where the platform denies its locks', async () => {
    const request = vi.fn(async () => {
      throw new DOMException('denied', 'SecurityError')
    })
    vi.stubGlobal('navigator', { locks: { request } })
    const { one } = setUp()
    const run = vi.fn(async () => {})
    await one.run(newKey(), run)
    await one.run(newKey(), run)
    expect(run).toHaveBeenCalledTimes(2)
    expect(request).toHaveBeenCalledTimes(1)
    expect(one.name).toBe('IndexedDB lease')
  })
})

describe('tabLock with a lease in IndexedDB', () => {
  const withoutLocks = () => {
    vi.stubGlobal('navigator', {})
    return setUp()
  }
  /** Turns of the real event loop, for IndexedDB, between turns of the fake clock. */
  const pass = async (clock: ReturnType<typeof createFakeClock>, duration: number) => {
    for (let passed = 0; passed < duration; passed += 100) {
      await clock.advance(100)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  it('lets one task at a time run', async () => {
    const { clock, one, other } = withoutLocks()
    const [first, second, key] = [task(), task(), newKey()]
    const running = [one.run(key, first.run), other.run(key, second.run)]
    await vi.waitFor(() => expect(first.run.mock.calls.length + second.run.mock.calls.length).toBe(1))
    await pass(clock, 1_000)
    expect(first.run.mock.calls.length + second.run.mock.calls.length).toBe(1)
    first.end()
    second.end()
    await pass(clock, 1_000)
    await Promise.all(running)
    expect([first.run.mock.calls.length, second.run.mock.calls.length]).toEqual([1, 1])
  })

  it('keeps the lease of a tab that lives for as long as its task lasts', async () => {
    const { clock, one, other } = withoutLocks()
    const [first, second, key] = [task(), task(), newKey()]
    const running = watch(one.run(key, first.run))
    await vi.waitFor(() => expect(first.run).toHaveBeenCalled())
    await pass(clock, 20_000)
    const waiting = watch(other.run(key, second.run))
    await pass(clock, 30_000)
    expect(second.run).not.toHaveBeenCalled()
    first.end()
    await pass(clock, 300)
    expect([running.state, second.run.mock.calls.length]).toEqual(['resolved', 1])
    second.end()
    await pass(clock, 300)
    expect([waiting.state, clock.pending]).toEqual(['resolved', 0])
  })

  it('tells a tab that was frozen that another has taken its lease', async () => {
    const { clock, one, other } = withoutLocks()
    const [first, second, key] = [task(), task(), newKey()]
    const running = watch(one.run(key, first.run))
    await vi.waitFor(() => expect(first.run).toHaveBeenCalled())
    clock.sleep(30_000)
    void other.run(key, second.run)
    await vi.waitFor(() => expect(second.run).toHaveBeenCalled())
    await pass(clock, 5_100)
    expect(running).toMatchObject({ state: 'rejected', error: { code: 'lock_timeout' } })
    second.end()
  })

  it('begins with a whole lease also where the tab slept while it claimed it', async () => {
    const { clock, one, other } = withoutLocks()
    const [first, second, key] = [task(), task(), newKey()]
    const { put } = IDBObjectStore.prototype
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (this: IDBObjectStore, ...row) {
      clock.sleep(24_500)
      return put.apply(this, row)
    })
    void one.run(key, first.run)
    await pass(clock, 300)
    expect(first.run).toHaveBeenCalled()
    void other.run(key, second.run)
    await pass(clock, 2_000)
    expect(second.run).not.toHaveBeenCalled()
    first.end()
    await pass(clock, 300)
    expect(second.run).toHaveBeenCalled()
    second.end()
  })

  it('respects the lease of a tab whose clock is 100 ms ahead', async () => {
    const { clock, other } = withoutLocks()
    const ahead = tabLock({
      clock: { ...clock, now: () => clock.now() + 100 },
      patience: 15_000,
      isHolderAlive: async () => false,
    })
    const [first, second, key] = [task(), task(), newKey()]
    void ahead.run(key, first.run)
    await vi.waitFor(() => expect(first.run).toHaveBeenCalled())
    void other.run(key, second.run)
    await pass(clock, 1_000)
    expect(second.run).not.toHaveBeenCalled()
    first.end()
    await pass(clock, 1_000)
    expect(second.run).toHaveBeenCalled()
    second.end()
  })

  it('takes over the lease of a tab that was closed', async () => {
    const { clock, other } = withoutLocks()
    const dead = { ...clock, setTimeout: () => undefined }
    const one = tabLock({ clock: dead, patience: 15_000, isHolderAlive: async () => false })
    const [closed, second, key] = [task(), task(), newKey()]
    void one.run(key, closed.run)
    await vi.waitFor(() => expect(closed.run).toHaveBeenCalled())
    const waiting = watch(other.run(key, second.run))
    await pass(clock, 24_000)
    expect(second.run).not.toHaveBeenCalled()
    await pass(clock, 2_000)
    expect(second.run).toHaveBeenCalled()
    second.end()
    await vi.waitFor(() => expect(waiting.state).toBe('resolved'))
  })

  it('gives up a lease that is renewed for ever', async () => {
    const { clock, one } = withoutLocks()
    const key = newKey()
    const { access } = await import('../../src/core/storage/database.ts')
    const renew = () => access(`${key}:lease`, () => ({ by: 'somebody', until: clock.now() + 5_000 }))
    await renew()
    const waiting = watch(one.run(key, async () => {}))
    for (let second = 0; second < 45 && waiting.state === 'waiting'; second++) {
      await renew()
      await pass(clock, 1_000)
    }
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'lock_timeout' } })
  })

  it('does not take a database that is slow for none', async () => {
    vi.stubGlobal('navigator', {})
    const { clock, one } = withoutLocks()
    const { access } = await import('../../src/core/storage/database.ts')
    await access('anything')
    const { transaction } = IDBDatabase.prototype
    const slow = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      ...rest
    ) {
      return new Proxy(transaction.apply(this, rest), {
        set: () => true,
        get: (target, name) => Reflect.get(target, name, target),
      })
    })
    const run = vi.fn(async () => {})
    const waiting = watch(one.run(newKey(), run))
    await pass(clock, 3_500)
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'lock_timeout' } })
    expect(run).not.toHaveBeenCalled()
    slow.mockRestore()
  })

  it('runs without any lock where the database never answers', async () => {
    vi.stubGlobal('navigator', {})
    vi.stubGlobal('indexedDB', { open: () => ({}) })
    vi.resetModules()
    const { tabLock: fresh } = await import('authed/core')
    const clock = createFakeClock()
    const run = vi.fn(async () => {})
    void fresh({ clock, patience: 15_000, isHolderAlive: async () => false }).run(newKey(), run)
    await clock.advance(2_900)
    expect(run).not.toHaveBeenCalled()
    await clock.advance(200)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('runs without any lock where there is no storage either', async () => {
    vi.stubGlobal('navigator', undefined)
    vi.stubGlobal('indexedDB', undefined)
    vi.resetModules()
    const { tabLock: fresh } = await import('authed/core')
    const run = vi.fn(async () => {})
    await fresh({ clock: createFakeClock(), patience: 15_000, isHolderAlive: async () => false }).run(newKey(), run)
    await settle()
    expect(run).toHaveBeenCalledTimes(1)
  })
})
