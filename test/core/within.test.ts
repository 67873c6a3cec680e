import { createFakeClock, settle } from 'authed/testing'
import { describe, expect, it } from 'vitest'
import { within } from '../../src/core/within.ts'
import { watch } from '../promises/world.ts'

describe('within', () => {
  it('returns what the task returns, and leaves no timer', async () => {
    const clock = createFakeClock()
    expect(await within(clock, 100, () => 42)).toBe(42)
    expect(await within(clock, 100, async () => 43)).toBe(43)
    await expect(within(clock, 100, () => Promise.reject(new Error('own')))).rejects.toThrow('own')
    await expect(
      within(clock, 100, () => {
        throw new Error('thrown')
      }),
    ).rejects.toThrow('thrown')
    expect(clock.pending).toBe(0)
  })

  it('gives up at the limit on a task that does not listen', async () => {
    const clock = createFakeClock()
    const seen = watch(within(clock, 100, () => new Promise(() => {})))
    await clock.advance(99)
    expect(seen.state).toBe('waiting')
    await clock.advance(1)
    expect(seen).toMatchObject({ state: 'rejected', error: { code: 'timeout', transient: true } })
  })

  it('aborts the task at the limit', async () => {
    const clock = createFakeClock()
    let given: AbortSignal | undefined
    const seen = watch(
      within(clock, 100, (signal) => {
        given = signal
        return new Promise(() => {})
      }),
    )
    await clock.advance(100)
    expect([seen.state, given?.aborted]).toEqual(['rejected', true])
  })

  it('ends with the outer signal, before or while it runs', async () => {
    const clock = createFakeClock()
    const reason = new Error('over')
    await expect(within(clock, 100, () => 1, AbortSignal.abort(reason))).rejects.toBe(reason)
    const controller = new AbortController()
    const seen = watch(within(clock, 100, () => new Promise(() => {}), controller.signal))
    controller.abort(reason)
    await settle()
    expect(seen).toMatchObject({ state: 'rejected', error: reason })
    expect(clock.pending).toBe(0)
  })
})
