import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Browser, BrowserOptions, Tab } from './browser.ts'
import { callOf, plainHost } from './call.ts'

const launchOptions = (executablePath: string) => ({
  executablePath,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--host-resolver-rules=MAP ${plainHost} 127.0.0.1`,
  ],
  ignoreDefaultArgs: ['--disable-back-forward-cache'],
})

/** Chromium, driven by Playwright. */
export async function openChromium(path: string, options: BrowserOptions): Promise<Browser> {
  if (options.window === 'private') {
    const browser = await chromium.launch(launchOptions(path))
    // A context that is made, not opened from a profile, is what a person knows as an incognito window.
    return wrap(await browser.newContext(), browser.version(), () => browser.close())
  }
  const profile = mkdtempSync(join(tmpdir(), 'authed-chromium-'))
  if (options.storage === 'blocked') {
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } }
    mkdirSync(join(profile, 'Default'))
    writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences))
  }
  const context = await chromium.launchPersistentContext(profile, launchOptions(path))
  return wrap(context, context.browser()?.version() ?? '', async () => {
    await context.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  })
}

const wrap = (context: BrowserContext, version: string, close: () => Promise<void>): Browser => ({
  version: `Chromium ${version}`,
  async openTab(url) {
    const page = await context.newPage()
    await page.goto(url)
    return tabOf(context, page)
  },
  close,
})

async function tabOf(context: BrowserContext, page: Page): Promise<Tab> {
  const devtools = await context.newCDPSession(page)
  return {
    run: (task, ...args) => page.evaluate(callOf(task, args)),
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    back: async () => void (await page.goBack({ waitUntil: 'commit' })),
    close: () => page.close(),
    // Chromium freezes hidden pages only, and under automation none is hidden; a paused page runs nothing either.
    async freeze() {
      const paused = new Promise<void>((resolve) => devtools.once('Debugger.paused', () => resolve()))
      await devtools.send('Debugger.enable')
      await devtools.send('Debugger.pause')
      await paused
    },
    async takeStock() {
      // What is collected first may let go of more.
      for (let round = 0; round < 3; round++) await devtools.send('HeapProfiler.collectGarbage')
      const { usedSize } = await devtools.send('Runtime.getHeapUsage')
      const { documents, nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters')
      return { heap: usedSize, documents, nodes, listeners: jsEventListeners }
    },
    async thaw() {
      await devtools.send('Debugger.resume')
      await devtools.send('Debugger.disable')
    },
  }
}
