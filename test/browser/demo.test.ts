import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningDemo, startDemo } from '../../demo/main.ts'
import { findBrowser } from '../../scripts/browsers.ts'

let demo: RunningDemo
let browser: Browser

beforeAll(async () => {
  demo = await startDemo({ port: 0, apiPort: 0, accessTokenLifetime: 6_000 })
  browser = await chromium.launch({
    executablePath: findBrowser('chromium'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
})
afterAll(async () => {
  await browser?.close()
  await demo?.close()
})

/** Everything that a page lets out: what it prints, what it asks for, and every token that came over the wire. */
function listen(context: BrowserContext) {
  const tokens = new Set<string>()
  const emitted: string[] = []
  const complaints: string[] = []
  context.on('request', (request) => emitted.push(request.url()))
  context.on('console', (message) => {
    emitted.push(message.text())
    if (message.type() === 'error') complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('response', async (response) => {
    const body = await response.json().catch(() => ({}))
    for (const token of [body?.access_token, body?.refresh_token]) if (token) tokens.add(token)
  })
  return { tokens, emitted, complaints }
}

/** The whole document as text: elements, attributes, what is typed into fields, titles. */
const documentText = (page: Page) =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea, select')].map(
      (field) => (field as HTMLInputElement).value,
    )
    return [document.documentElement.outerHTML, document.title, location.href, ...fields].join('\n')
  })

const row = (page: Page, text: string) => page.getByRole('cell', { name: text }).first()

describe('the demo', () => {
  it('signs in by keyboard alone, lives through expiries, trouble and a second tab, and shows no token', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    const heard = listen(context)
    const page = await context.newPage()
    const texts: string[] = []
    const look = async () => void texts.push(await documentText(page))

    await page.goto(demo.url)
    await page.getByRole('button', { name: 'Sign in', exact: true }).focus()
    await page.keyboard.press('Enter')
    await row(page, '1').waitFor()
    await look()

    await page.getByLabel('Search the orders').fill('zürich')
    await expect
      .poll(() =>
        page
          .locator('tbody tr')
          .allInnerTexts()
          .then((rows) => rows.every((text) => text.includes('Zürich'))),
      )
      .toBe(true)
    await page.getByLabel('Search the orders').fill('nothing like this')
    await page.getByRole('button', { name: /clear|show all/i }).click()
    await row(page, '1').waitFor()

    const second = await context.newPage()
    await second.goto(demo.url)
    await row(second, '1').waitFor()
    const resources = demo.server.counts.resources
    const rotations = demo.server.counts.refreshes
    await expect.poll(() => demo.server.counts.refreshes, { timeout: 30_000 }).toBeGreaterThanOrEqual(rotations + 3)
    await look()
    expect(demo.server.counts).toMatchObject({ resources, unauthorized: 0, reuseDetections: 0, signIns: 1 })

    await page.bringToFront()
    await page.getByRole('button', { name: 'Expire tokens' }).click()
    await expect.poll(() => demo.server.counts.unauthorized).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Take API down' }).click()
    await page.getByText('The API is down.').waitFor({ timeout: 20_000 })
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(5)
    await look()
    await page
      .getByRole('button', { name: /bring .*up|API up/i })
      .first()
      .click()
    await page.getByText('The API is down.').waitFor({ state: 'hidden', timeout: 20_000 })

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    await second.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    await look()
    expect(await second.locator('tbody tr').count()).toBe(0)

    expect(heard.tokens.size).toBeGreaterThan(6)
    for (const token of heard.tokens) {
      for (const text of [...texts, ...heard.emitted]) expect(text.includes(token)).toBe(false)
    }
    expect(demo.server.counts.reuseDetections).toBe(0)
    await context.close()
  })

  it('fits a phone, in light and dark, without anything to scroll sideways', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme })
      const heard = listen(context)
      const page = await context.newPage()
      await page.goto(demo.url)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.locator('tbody tr').first().waitFor()
      const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
      expect(wide).toBeLessThanOrEqual(shown as number)
      expect(heard.complaints).toEqual([])
      await context.close()
    }
  })
})
