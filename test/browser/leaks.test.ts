import { describe, expect, it } from 'vitest'
import { chosenEngines } from '../../scripts/browsers.ts'
import type { Tab } from './engines/browser.ts'
import type { Lab } from './page/lab.ts'
import { useStage } from './stage.ts'

/** A page that does nothing by itself. */
const still = '?role=conductor'
/** Bytes that a page's own bookkeeping may gain, whatever it does. */
const slack = 400_000

/** What a page holds: as its engine tells, and as it counts itself. */
async function stockOf(tab: Tab) {
  const stock = await tab.takeStock?.()
  if (!stock) throw new Error('This engine does not tell what a page holds.')
  const { held = [], pending = [] } = await tab.run(() => navigator.locks.query())
  const { heap, ...counted } = { ...stock, ...(await tab.run((lab) => lab.attachments())) }
  return { heap, counted: { ...counted, locksHeld: held.length, locksAsked: pending.length } }
}

/** Plays `cycles` in the page after a fifth of them has warmed it up, and expects that nothing of them is left. */
async function expectNoTrace(name: string, tab: Tab, cycles: number, play: (lab: Lab, count: number) => Promise<void>) {
  await tab.run(play, cycles / 5)
  const before = await stockOf(tab)
  const startedAt = performance.now()
  await tab.run(play, cycles)
  const duration = Math.round(performance.now() - startedAt)
  await expect.poll(async () => (await stockOf(tab)).counted).toEqual(before.counted)
  const growth = (await stockOf(tab)).heap - before.heap
  console.log(`${name}: ${cycles} cycles in ${duration} ms, heap ${growth} bytes, ${JSON.stringify(before.counted)}`)
  expect(growth).toBeLessThan(slack)
}

/** Only Chromium tells how many bytes and listeners a page holds. */
describe.runIf(chosenEngines().includes('chromium'))('in chromium nothing is left', () => {
  const stage = useStage('chromium')
  const signedIn = async () => {
    const tab = await stage.open(still)
    await tab.run((lab) => lab.signIn('ada'))
    return tab
  }

  it('of 10,000 clients that were mounted and unmounted', async () => {
    await expectNoTrace('mount', await signedIn(), 10_000, async (lab, count) => {
      const idle = lab.attachments()
      for (let cycle = 0; cycle < count; cycle++) {
        const client = lab.openClient()
        const unmount = client.mount()
        await client.getAccessToken()
        await navigator.locks.query()
        const { timers, channels } = lab.attachments()
        if (timers <= idle.timers || channels <= idle.channels) throw new Error('It is not mounted.')
        unmount()
      }
    })
  })

  it('of an app that was shown and taken away 1,000 times', async () => {
    await expectNoTrace('app', await signedIn(), 1_000, async (lab, count) => {
      const turn = () => new Promise((resolve) => requestIdleCallback(resolve, { timeout: 20 }))
      for (let cycle = 0; cycle < count; cycle++) {
        const takeAway = lab.render()
        while (!lab.shown().includes('Ada Lovelace')) await turn()
        takeAway()
      }
    })
  })

  it('of 2,000 refreshes', async () => {
    await expectNoTrace('refresh', await signedIn(), 2_000, async (lab, count) => {
      const unmount = lab.client.mount()
      const start = lab.client.getState().obtainedAt ?? 0
      for (let cycle = 1; cycle <= count; cycle++) {
        lab.sleep(start - Date.now() + cycle * 20_000)
        lab.wake()
        await lab.client.getAccessToken()
      }
      unmount()
    })
    expect(stage.world.server.counts).toMatchObject({ refreshes: 2_400, reuseDetections: 0 })
  })

  it('of 60 tabs that were closed: at rest, in the midst of a refresh, or waiting for the lock', async () => {
    // A tab that dies between the rotation and its own write must not cost the session here.
    stage.world.server.options.grace = 86_400_000
    const tab = await signedIn()
    await tab.run((lab) => void lab.client.mount())
    const openAndClose = async () => {
      const [one, other] = await stage.openAll(2)
      const atRest = await stage.open()
      await atRest.run((lab) => lab.rows())
      stage.world.server.fail({ type: 'delay', delay: 400, on: 'refresh' })
      for (const each of [one, other]) await each?.run((lab) => void lab.client.refresh().catch(() => {}))
      for (const each of [atRest, one, other]) await each?.close()
      const owner = await tab.run((lab, offset) => {
        lab.sleep(offset)
        lab.wake()
        return lab.rows()
      }, stage.world.passTime(20_000))
      expect(owner).toMatchObject({ status: 200, owner: 'Ada Lovelace' })
    }
    for (let round = 0; round < 4; round++) await openAndClose()
    const before = await stockOf(tab)
    for (let round = 0; round < 20; round++) await openAndClose()
    await expect.poll(async () => (await stockOf(tab)).counted).toEqual(before.counted)
    expect((await stockOf(tab)).heap - before.heap).toBeLessThan(slack)
    expect(stage.world.server.counts).toMatchObject({ signIns: 1, reuseDetections: 0 })
  })
})
