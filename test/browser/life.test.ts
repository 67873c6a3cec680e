import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startServer } from '../../demo/server.ts'
import { chosenEngines } from '../../scripts/browsers.ts'
import { type Browser, openBrowser, type Tab } from './engines/browser.ts'
import { createWorld, type World } from './world.ts'

describe.each(chosenEngines())('one session in %s', (engine) => {
  let browser: Browser
  let world: World
  const tabs: Tab[] = []
  const open = async (search = '') => {
    const tab = await browser.openTab(world.page(search))
    tabs.push(tab)
    return tab
  }
  const signedIn = async () => {
    const tab = await open()
    await tab.run((lab) => lab.signIn('ada'))
    return tab
  }

  beforeAll(async () => {
    browser = await openBrowser(engine)
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    world = await createWorld({ accessTokenLifetime: 3_000 })
  })
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close().catch(() => {})
    await world.close()
  })

  it('signs in and shows rows', async () => {
    const tab = await signedIn()
    expect(await tab.run((lab) => lab.rows())).toMatchObject({ status: 200, owner: 'Ada Lovelace', revision: 1 })
    await expect.poll(() => tab.run((lab) => lab.shown())).toContain('kept by Ada Lovelace')
    expect(await tab.run((lab) => lab.inspect().lock)).toBe('Web Locks')
    expect(await tab.run((lab) => lab.inspect().storage.name)).toBe('IndexedDB')
  })

  it('lives through ten expiries with one refresh each and not one 401', async () => {
    const tab = await signedIn()
    const answers = await tab.run(async (lab) => {
      const seen = []
      while ((lab.client.getState().revision ?? 0) < 11) {
        seen.push(await lab.rows())
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return seen
    })
    expect(answers.every(({ status, owner }) => status === 200 && owner === 'Ada Lovelace')).toBe(true)
    expect(world.server.counts).toMatchObject({ signIns: 1, refreshes: 10, unauthorized: 0, reuseDetections: 0 })
  })
})
