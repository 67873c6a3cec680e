import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RunningDemo, startDemo } from '../../demo/main.ts'
import { findBrowser } from '../../scripts/browsers.ts'

const pictures = 'reports/devtools'
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

let demo: RunningDemo
let browser: Browser
let context: BrowserContext
let page: Page
const tokens = new Set<string>()
const complaints: string[] = []

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  demo = await startDemo({ port: 0, apiPort: 0, accessTokenLifetime: 15_000 })
  browser = await chromium.launch({ executablePath: findBrowser('chromium'), args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(async () => {
  await browser?.close()
  await demo?.close()
})

const openPanel = (tab: Page) => tab.getByRole('button', { name: 'Open the authed devtools' }).click()
const fact = (name: string, tab = page) => tab.locator(`[data-authed-devtools] dt:text-is("${name}") + dd`)
const line = (text: string | RegExp, tab = page) =>
  tab.getByRole('region', { name: 'What happened' }).getByRole('listitem').filter({ hasText: text }).first()
const picture = (name: string, tab = page) => tab.screenshot({ path: `${pictures}/${name}.png` })

beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1360, height: 900 } })
  context.on('response', async (response) => {
    const body = await response.json().catch(() => ({}))
    for (const token of [body?.access_token, body?.refresh_token]) if (token) tokens.add(token)
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  page = await context.newPage()
  await page.goto(demo.url)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await openPanel(page)
  await page.getByRole('heading', { name: 'Access token no. 1' }).last().waitFor()
})
afterEach(async () => {
  const text = await page.evaluate(
    () => document.querySelector('[data-authed-devtools]')?.shadowRoot?.querySelector('.authed')?.outerHTML ?? '',
  )
  expect(text.length).toBeGreaterThan(300)
  expect(tokens.size).toBeGreaterThan(0)
  for (const token of tokens) expect(text.includes(token)).toBe(false)
  expect(complaints).toEqual([])
  await context.close()
})

describe('the devtools panel on the demo', () => {
  it('follows the token through its expiry', async () => {
    await expect.poll(() => fact('Next refresh').innerText()).toMatch(/^in \d/)
    await line(/^.*Refreshed after \d+ ms/).waitFor({ timeout: 20_000 })
    await line(/Got the lock/).waitFor()
    expect(await fact('Origin').innerText()).toMatch(/^Signed in here at/)
    expect(await fact('Storage').innerText()).toBe('IndexedDB, shared by all tabs')
    await picture('expiry')
  })

  it('shows that the network is away, and the refresh as soon as it is back', async () => {
    await page.getByRole('checkbox', { name: 'Offline' }).check()
    await page.getByText('waiting for the network').waitFor()
    await line('The network went away').waitFor()
    await page.getByRole('button', { name: 'Expire now' }).click()
    await expect.poll(() => fact('Next refresh').innerText()).toMatch(/^when the network is back, at the latest in \d/)
    await picture('offline')
    await page.getByRole('checkbox', { name: 'Offline' }).uncheck()
    await line('The network is there').waitFor()
    await line(/Refreshed after/).waitFor()
    await page.getByText('token at rest').waitFor()
  })

  it('counts the failures of an endpoint that answers 503, tells when it tries again, and recovers', async () => {
    await page.getByLabel('Token endpoint').selectOption('503')
    await page.getByRole('button', { name: 'Expire now' }).click()
    await line(/The attempt failed .*with “server”, next attempt in \d/).waitFor()
    await expect.poll(() => fact('Failures').innerText(), { timeout: 20_000 }).toMatch(/^[2-9] since the last success/)
    expect(await fact('Error').innerText()).toMatch(/^server: .* answered 503/)
    await picture('503')
    await page.getByLabel('Token endpoint').selectOption('none')
    await line(/Refreshed after/).waitFor()
    await expect.poll(() => fact('Failures').count()).toBe(0)
  })

  it('shows the tabs that take part, and whose token was taken over', async () => {
    const second = await context.newPage()
    await second.goto(demo.url)
    await openPanel(second)
    const tabs = (tab: Page) => tab.locator('[data-authed-devtools] .tabs li').allInnerTexts()
    await expect.poll(() => tabs(page)).toHaveLength(2)
    await expect.poll(async () => (await tabs(page)).map((text) => /this one/.test(text))).toEqual([true, false])
    await expect.poll(async () => (await tabs(second)).map((text) => /this one/.test(text))).toEqual([false, true])
    expect(await fact('Origin', second).innerText()).toMatch(/^Restored from the storage at/)
    await second.getByRole('button', { name: 'Refresh', exact: true }).click()
    await line(/Took over a token of another tab/).waitFor()
    await expect.poll(async () => (await tabs(page)).every((text) => /token no. [2-9]/.test(text))).toBe(true)
    await picture('second-tab', second)
    await second.close()
    await expect.poll(() => tabs(page)).toHaveLength(1)
  })

  it('shows a session that the server refused to go on with, and why', async () => {
    await page.getByLabel('Token endpoint').selectOption('rejected')
    await page.getByRole('button', { name: 'Refresh', exact: true }).click()
    await page.getByText('The server refused to go on with the session.').waitFor()
    expect(await fact('Error').innerText()).toMatch(/^session_ended: .* answered 400 \(invalid_grant/)
    await line(/The attempt failed .*with “session_ended”/).waitFor()
    await picture('rejected')
  })

  it('opens, filters and closes by keyboard alone', async () => {
    await page.keyboard.press('Escape')
    const opener = page.getByRole('button', { name: 'Open the authed devtools' })
    await expect.poll(() => opener.evaluate((button) => button.matches(':focus'))).toBe(true)
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'authed devtools' }).waitFor()
    await page.getByRole('radio', { name: 'everything' }).focus()
    await page.keyboard.press('ArrowRight')
    expect(await page.getByRole('radio', { name: 'refreshes' }).isChecked()).toBe(true)
    await page.keyboard.press('Escape')
    await opener.waitFor()
  })

  it.each([
    ['desktop', 'light', 1360],
    ['desktop', 'dark', 1360],
    ['phone', 'light', 390],
    ['phone', 'dark', 390],
  ] as const)('has no accessibility violation and fits, %s, %s', async (device, colorScheme, width) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 844 })
    await page.addScriptTag({ path: axe })
    const violations = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(within: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      const { violations } = await axe.run({ include: [['[data-authed-devtools]']] })
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    })
    expect(violations).toEqual([])
    const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
    expect(wide).toBeLessThanOrEqual(shown as number)
    await picture(`${device}-${colorScheme}`)
  })
})
