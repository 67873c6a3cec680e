import { describe, expect, it } from 'vitest'
import { chosenEngines } from '../../scripts/browsers.ts'
import { openSleepingTabs, wake, wakeUntilRefreshArrives } from './sleepingTabs.ts'
import { useStage } from './stage.ts'

/** Only Chromium lets a test freeze a page. */
describe.runIf(chosenEngines().includes('chromium'))('a frozen tab in chromium', () => {
  const stage = useStage('chromium')
  const search = '?timeLimit=1000'
  const counts = () => stage.world.server.counts

  it('misses other tabs’ refreshes and adopts the last one when it thaws', async () => {
    const [frozen, awake] = await openSleepingTabs(stage, 2, search)
    await frozen.freeze?.()
    expect(await wake(awake)).toMatchObject({ status: 200, revision: 2 })
    await awake.run((lab) => lab.client.refresh())
    await frozen.thaw?.()
    expect(await wake(frozen)).toMatchObject({ status: 200, revision: 3 })
    expect(counts()).toMatchObject({ refreshes: 2, unauthorized: 0, reuseDetections: 0 })
  })

  it('does not keep the others waiting for ever, though it holds the lock', async () => {
    const [frozen, awake] = await openSleepingTabs(stage, 2, search)
    stage.world.server.fail({ type: 'hang', on: 'refresh' })
    await wakeUntilRefreshArrives(stage, frozen)
    await frozen.freeze?.()
    expect(await wake(awake)).toMatchObject({ status: 200, revision: 2 })
    await frozen.thaw?.()
    expect(await frozen.run((lab) => lab.rows())).toMatchObject({ status: 200, revision: 2 })
    expect(stage.world.server.liveFamilies).toBe(1)
    expect(counts()).toMatchObject({ refreshes: 2, unauthorized: 0, reuseDetections: 0 })
  })
})
