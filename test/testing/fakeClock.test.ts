import { createFakeClock, type FakeClock } from 'authed/testing'
import { describe, expect, it } from 'vitest'

/** Notes when a timer fires, as time since the clock's start. */
function watch(clock: FakeClock) {
  const start = clock.now()
  const fired: string[] = []
  const note = (name: string) => fired.push(`${name} at ${clock.now() - start}`)
  return { fired, at: (delay: number, name: string) => clock.setTimeout(() => note(name), delay), note }
}

describe('createFakeClock', () => {
  it('stands still until it is told to go', async () => {
    const clock = createFakeClock(1_000)
    expect(clock.now()).toBe(1_000)
    await clock.advance(500)
    expect(clock.now()).toBe(1_500)
  })

  it('fires what is due in the order of time, then of setting', async () => {
    const clock = createFakeClock()
    const { fired, at } = watch(clock)
    at(20, 'late')
    at(10, 'one')
    at(10, 'other')
    at(31, 'never')
    await clock.advance(30)
    expect(fired).toEqual(['one at 10', 'other at 10', 'late at 20'])
    expect(clock.pending).toBe(1)
  })

  it('fires a timer that another one sets on the way', async () => {
    const clock = createFakeClock()
    const { fired, at, note } = watch(clock)
    clock.setTimeout(() => {
      note('first')
      at(5, 'second')
    }, 10)
    await clock.advance(15)
    expect(fired).toEqual(['first at 10', 'second at 15'])
  })

  it('lets promises run before time goes on', async () => {
    const clock = createFakeClock()
    const { fired, at, note } = watch(clock)
    clock.setTimeout(async () => {
      for (let step = 0; step < 20; step++) await Promise.resolve()
      await new Promise((resolve) => setImmediate(resolve))
      note('promise')
    }, 10)
    at(11, 'timer')
    await clock.advance(11)
    expect(fired).toEqual(['promise at 10', 'timer at 11'])
  })

  it('does not fire a cleared timer', async () => {
    const clock = createFakeClock()
    const { fired, at } = watch(clock)
    clock.clearTimeout(at(10, 'cleared'))
    clock.clearTimeout('unknown')
    await clock.advance(10)
    expect([fired, clock.pending]).toEqual([[], 0])
  })

  it('fires nothing while the laptop is closed, and what was left of a timer afterwards', async () => {
    const clock = createFakeClock()
    const { fired, at } = watch(clock)
    at(10, 'timer')
    clock.sleep(60_000)
    await clock.advance(9)
    expect(fired).toEqual([])
    await clock.advance(1)
    expect(fired).toEqual(['timer at 60010'])
  })

  it('leaves timers alone when somebody sets the wall clock', async () => {
    const clock = createFakeClock()
    const { fired, at } = watch(clock)
    const start = clock.now()
    at(10, 'timer')
    clock.set(start - 3_600_000)
    expect(clock.now()).toBe(start - 3_600_000)
    await clock.advance(10)
    expect(fired).toEqual(['timer at -3599990'])
  })

  it.each([0, -5, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY])(
    'fires a timer of %d ms at once, as platforms do',
    async (delay) => {
      const clock = createFakeClock()
      const { fired, at } = watch(clock)
      at(delay, 'timer')
      await clock.advance(0)
      expect(fired).toEqual(['timer at 0'])
    },
  )

  it('waits for the longest delay that platforms take', async () => {
    const clock = createFakeClock()
    const { fired, at } = watch(clock)
    at(2 ** 31 - 1, 'timer')
    await clock.advance(2 ** 31 - 2)
    expect(fired).toEqual([])
    await clock.advance(1)
    expect(fired).toHaveLength(1)
  })
})
