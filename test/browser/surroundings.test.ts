import { describe, expect, it } from 'vitest'
import { chosenEngines } from '../../scripts/browsers.ts'
import type { Tab } from './engines/browser.ts'
import { type Stage, useStage } from './stage.ts'
import { flawless, wakeAgainAndAgain } from './wakes.ts'

/** Sign-in, rows, a refresh and rows again. */
async function liveIn(tab: Tab, { world }: Stage) {
  await tab.run((lab) => lab.signIn('ada'))
  const before = await tab.run((lab) => lab.rows())
  const offset = world.passTime(20_000)
  const after = await tab.run((lab, given) => {
    lab.sleep(given)
    lab.wake()
    return lab.rows()
  }, offset)
  return [before, after]
}

const twoRevisions = [
  { status: 200, owner: 'Ada Lovelace', revision: 1, userId: '1' },
  { status: 200, owner: 'Ada Lovelace', revision: 2, userId: '1' },
]

describe.each(chosenEngines())('in %s', (engine) => {
  describe('a sandboxed frame of an opaque origin', () => {
    const stage = useStage(engine)

    it('signs in, shows rows, refreshes and signs out in memory', async () => {
      const tab = await stage.open()
      const report = await tab.run((lab) => lab.liveInSandbox())
      expect(report.failure).toBeUndefined()
      expect(report.origin).toBe('null')
      expect(report.forbidden).toEqual(['localStorage', 'sessionStorage', 'indexedDB', 'cookie'])
      expect(report.answers).toMatchObject([
        { status: 200, owner: 'Ada Lovelace', revision: 1 },
        { status: 200, owner: 'Ada Lovelace', revision: 2 },
        { status: 0, failure: expect.stringContaining('Nobody is signed in') },
      ])
      expect(report.inspection?.storage.error).toBeDefined()
      expect(stage.world.server.counts).toMatchObject({ signIns: 1, refreshes: 1, unauthorized: 0, reuseDetections: 0 })
    })
  })

  describe('a private window', () => {
    const stage = useStage(engine, { window: 'private' })

    it('keeps a session, and two tabs that wake together refresh it once', async () => {
      expect(await wakeAgainAndAgain(stage, 2, 5, 'together')).toEqual(flawless(5))
    })
  })

  describe('a host name on plain http', () => {
    const stage = useStage(engine, { host: 'plain' })

    it('has no Web Locks and takes a lease', async () => {
      const tab = await stage.open()
      expect(await tab.run((lab) => [lab.secure, lab.inspect().lock])).toEqual([false, 'IndexedDB lease'])
      expect(await liveIn(tab, stage)).toEqual(twoRevisions)
    })

    it.each(['together', 'staggered'] as const)('lets five tabs that wake %s refresh once', async (rhythm) => {
      expect(await wakeAgainAndAgain(stage, 5, 10, rhythm)).toEqual(flawless(10))
    })
  })
})

describe.each(chosenEngines().filter((engine) => engine !== 'webkit'))('in %s with all storage blocked', (engine) => {
  const stage = useStage(engine, { storage: 'blocked' })

  it('signs in, shows rows and refreshes in memory', async () => {
    const tab = await stage.open()
    expect(await liveIn(tab, stage)).toEqual(twoRevisions)
    expect(await tab.run((lab) => lab.inspect().storage.error)).toBeDefined()
  })

  it('keeps two tabs apart', async () => {
    const [first, second] = await stage.openAll(2)
    await first?.run((lab) => lab.signIn('ada'))
    expect(await second?.run((lab) => lab.rows())).toMatchObject({ status: 0 })
    await second?.run((lab) => lab.signIn('grace'))
    expect(await first?.run((lab) => lab.rows())).toMatchObject({ owner: 'Ada Lovelace' })
    expect(await second?.run((lab) => lab.rows())).toMatchObject({ owner: 'Grace Hopper' })
  })
})
