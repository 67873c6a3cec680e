import { createFakeClock, settle } from 'authed/testing'
import { describe, expect, it } from 'vitest'
import { promptly, within } from '../../src/core/within.ts'
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

describe('promptly', () => {
  it('waits for what a page hears only after the timer that was due while it was frozen', async () => {
    const due: (() => void)[] = []
    const clock = { ...createFakeClock(), setTimeout: (callback: () => void) => due.push(callback) }
    let answer = (_value: number) => {}
    const access = () =>
      new Promise<number>((resolve) => {
        answer = resolve
      })
    const seen = watch(promptly(clock, access))
    for (const freeze of ['once', 'twice']) {
      for (const fire of due.splice(0)) fire()
      await settle()
      expect([freeze, seen.state]).toEqual([freeze, 'waiting'])
    }
    answer(42)
    await settle()
    expect(seen.value).toBe(42)
  })

  it('gives up after three seconds, or with the access', async () => {
    const clock = createFakeClock()
    const seen = watch(promptly(clock, () => new Promise(() => {})))
    await clock.advance(2_999)
    expect(seen.state).toBe('waiting')
    await clock.advance(1)
    expect(seen).toMatchObject({ state: 'rejected', error: { code: 'timeout' } })
    const thrown = promptly(clock, () => {
      throw new Error('thrown')
    })
    await expect(thrown).rejects.toThrow('thrown')
    expect(clock.pending).toBe(0)
  })
})
