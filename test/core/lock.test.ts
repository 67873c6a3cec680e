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

  it('takes over the lease of a tab that was closed', async () => {
    const { clock, one, other } = withoutLocks()
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
    const { transact } = await import('../../src/core/storage/database.ts')
    const renew = () =>
      transact('readwrite', (values) => void values.put({ by: 'somebody', until: clock.now() + 5_000 }, `${key}:lease`))
    await renew()
    const waiting = watch(one.run(key, async () => {}))
    for (let second = 0; second < 45 && waiting.state === 'waiting'; second++) {
      await renew()
      await pass(clock, 1_000)
    }
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'lock_timeout' } })
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
