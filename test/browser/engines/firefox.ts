import puppeteer, { type Page } from 'puppeteer-core'
import type { Browser, BrowserOptions, Tab } from './browser.ts'
import { callOf, plainHost } from './call.ts'

/** Firefox, driven by Puppeteer over WebDriver BiDi. */
export async function openFirefox(executablePath: string, options: BrowserOptions): Promise<Browser> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    protocolTimeout: 300_000,
    extraPrefsFirefox: {
      'network.dns.localDomains': plainHost,
      'browser.privatebrowsing.autostart': options.window === 'private',
      ...(options.storage === 'blocked' && { 'network.cookie.cookieBehavior': 2 }),
    },
  })
  return {
    version: (await browser.version()).replace('/', ' '),
    async openTab(url) {
      const page = await browser.newPage()
      await page.goto(url)
      return tabOf(page)
    },
    close: () => browser.close(),
  }
}

const tabOf = (page: Page): Tab => ({
  run: (task, ...args) => page.evaluate(callOf(task, args)) as never,
  goto: async (url) => void (await page.goto(url)),
  reload: async () => void (await page.reload()),
  back: async () => void (await page.goBack()),
  close: () => page.close(),
})
