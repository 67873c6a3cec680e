import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { Engine } from '../../scripts/browsers.ts'
import type { TokenServerOptions } from '../../src/testing/index.ts'
import { type Browser, type BrowserOptions, openBrowser, type Tab } from './engines/browser.ts'
import { createWorld, type World } from './world.ts'

/** The stage of a test: a browser that stays for the whole file, a fresh token API for each test, and tabs that are closed after it. */
export interface Stage {
  readonly browser: Browser
  readonly world: World
  /** Opens the page. */
  open(search?: string): Promise<Tab>
  openAll(count: number, search?: string): Promise<Tab[]>
}

/** Sets the stage for all tests of the surrounding `describe`. */
export function useStage(
  engine: Engine,
  { server, host, ...options }: BrowserOptions & { server?: TokenServerOptions; host?: 'local' | 'plain' } = {},
): Stage {
  let browser: Browser
  let world: World
  const tabs: Tab[] = []
  beforeAll(async () => {
    browser = await openBrowser(engine, options)
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    world = await createWorld(server)
  })
  afterEach(async () => {
    // A test may have closed some itself.
    for (const tab of tabs.splice(0)) await tab.close().catch(() => {})
    await world.close()
  })
  const stage: Stage = {
    get browser() {
      return browser
    },
    get world() {
      return world
    },
    async open(search) {
      const tab = await browser.openTab(world.page(search, host))
      tabs.push(tab)
      return tab
    },
    async openAll(count, search) {
      const opened: Tab[] = []
      for (let number = 0; number < count; number++) opened.push(await stage.open(search))
      return opened
    },
  }
  return stage
}
