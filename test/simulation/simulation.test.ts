import { describe, expect, it } from 'vitest'
import { run, shrink } from './run.ts'

/** Seeds that once broke a promise, and what they uncovered. */
const regressions: Record<number, string> = {
  9: 'a tab let go of the lock while the storage still showed its spent token',
  18: 'an instant before 1970 was taken for one that has passed',
  26: 'two tabs that lost patience together stole the lock from each other',
  64: 'a tab that had just woken was taken for frozen',
  154: 'a token from the future was served while the refresh failed',
  197: 'a holder that had just got the lock was robbed of it',
  298: 'a tab that was robbed while frozen went on as if it held the lock',
  434: 'a clock set back was noticed later than a short token lived',
  456: 'an attempt that had waited long went on with an older token',
  483: 'a sign-in left the spent token of the former session behind on a full disk',
  1185: 'an attempt was lost between two writes',
}
const count = Number(process.env.AUTHED_SEEDS ?? 2_000)
const block = 200

/** Runs a seed; a failure shows the shortest story that still breaks the promise. */
async function expectKept(seed: number) {
  const { broken } = await run(seed)
  if (!broken) return
  const shortest = await shrink(seed)
  expect.fail(`seed ${seed}: ${(shortest.broken ?? broken).message}\n${shortest.timeline.join('\n')}`)
}

describe('the simulation', () => {
  it.each(Object.entries(regressions))('keeps every promise under seed %s: %s', async (seed) => {
    await expectKept(Number(seed))
  })

  it.each(Array.from({ length: Math.ceil(count / block) }, (_, index) => 100_000 + index * block))(
    `keeps every promise under ${block} seeds from %d on`,
    { timeout: 120_000 },
    async (from) => {
      for (let seed = from; seed < from + block; seed++) await expectKept(seed)
    },
  )

  it('plays the same run for the same seed', async () => {
    const [one, other] = [await run(7), await run(7)]
    expect(one.timeline.length).toBeGreaterThan(20)
    expect(other.timeline).toEqual(one.timeline)
  })

  it('catches a core without a lock between tabs', async () => {
    let caught = 0
    const lock = () => ({ name: 'none', run: (_key: string, task: () => Promise<void>) => task() })
    for (let seed = 1; seed <= 20; seed++) if ((await run(seed, { lock })).broken) caught++
    expect(caught).toBeGreaterThan(0)
  })
})
