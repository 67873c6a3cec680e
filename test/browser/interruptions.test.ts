import { describe, expect, it } from 'vitest'
import { chosenEngines } from '../../scripts/browsers.ts'
import type { Tab } from './engines/browser.ts'
import { openSleepingTabs, wake, wakeUntilRefreshArrives } from './sleepingTabs.ts'
import { useStage } from './stage.ts'

describe.each(chosenEngines())('the refresh in %s', (engine) => {
  const stage = useStage(engine)
  const search = '?timeLimit=2000'
  const counts = () => stage.world.server.counts
  const expectOneLiveSession = () => {
    expect(stage.world.server.liveFamilies).toBe(1)
    expect(counts()).toMatchObject({ signIns: 1, unauthorized: 0, reuseDetections: 0 })
  }
  const second = { status: 200, revision: 2 }

  it('is not disturbed when a waiting tab is closed', async () => {
    const [first, waiting, third] = (await openSleepingTabs(stage, 3, search)) as [Tab, Tab, Tab]
    stage.world.server.fail({ type: 'delay', delay: 500, on: 'refresh' })
    const answers = [wake(first), wake(third)]
    await expect.poll(() => counts().refreshes, { interval: 5 }).toBe(1)
    await waiting.run((lab) => {
      lab.wake()
      void lab.rows()
    })
    await waiting.close()
    expect(await Promise.all(answers)).toMatchObject([second, second])
    expect(counts().refreshes).toBe(1)
    expectOneLiveSession()
  })

  it.each(['closed', 'reloaded', 'left'])('goes over to the next tab when the one that runs it is %s', async (end) => {
    const [runner, next] = await openSleepingTabs(stage, 2, search)
    stage.world.server.fail({ type: 'hang', on: 'refresh' })
    await wakeUntilRefreshArrives(stage, runner)
    const answer = wake(next)
    if (end === 'closed') await runner.close()
    if (end === 'reloaded') await runner.reload()
    if (end === 'left') await runner.goto(stage.world.blank)
    expect(await answer).toMatchObject(second)
    if (end === 'reloaded') expect(await runner.run((lab) => lab.rows())).toMatchObject(second)
    expect(counts().refreshes).toBe(2)
    expectOneLiveSession()
  })

  it('is picked up by a tab that comes back out of the history', async () => {
    const [away, runner] = await openSleepingTabs(stage, 2, search)
    await away.goto(stage.world.blank)
    expect(await wake(runner)).toMatchObject(second)
    await away.back()
    // Chromium drops a page from its cache when another tab tells it something.
    expect(await away.run((lab) => lab.returns)).toBe(engine === 'webkit' ? 1 : 0)
    await away.run((lab) => lab.wake())
    expect(await away.run((lab) => lab.rows())).toMatchObject(second)
    expect(counts().refreshes).toBe(1)
    expectOneLiveSession()
  })

  it('is run again by the tab that comes back out of the history in the middle of it', async () => {
    const [runner] = await openSleepingTabs(stage, 2, search)
    stage.world.server.fail({ type: 'hang', on: 'refresh' })
    await wakeUntilRefreshArrives(stage, runner)
    await runner.goto(stage.world.blank)
    await runner.back()
    // Firefox keeps no page in its cache whose request is under way.
    expect(await runner.run((lab) => lab.returns)).toBe(engine === 'firefox' ? 0 : 1)
    expect(await runner.run((lab) => lab.rows())).toMatchObject(second)
    expectOneLiveSession()
  })

  it('is shared by a tab that is opened in the middle of it', async () => {
    const [runner] = await openSleepingTabs(stage, 2, search)
    stage.world.server.fail({ type: 'delay', delay: 500, on: 'refresh' })
    await wakeUntilRefreshArrives(stage, runner)
    const late = await stage.open(search)
    expect(await late.run((lab) => lab.rows())).toMatchObject(second)
    expect(await runner.run((lab) => lab.rows())).toMatchObject(second)
    expect(counts().refreshes).toBe(1)
    expectOneLiveSession()
  })
})
