import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningDemo, startDemo } from '../../../demo/main.ts'
import { findBrowser } from '../../../scripts/browsers.ts'
import { eventually } from './stage.ts'

let demo: RunningDemo
let browser: Browser
beforeAll(async () => {
  demo = await startDemo({ port: 0, apiPort: 0, accessTokenLifetime: 4_000 })
  browser = await chromium.launch({ executablePath: findBrowser('chromium'), args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(async () => {
  await browser?.close()
  await demo?.close()
})

it("shows two widgets and the guide's JS Object on one session, with one refresh per expiry", async () => {
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  await page.goto(new URL('appsmith/', demo.url).href)
  await page.locator('dialog[open]').waitFor()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  const [table, account] = ['#table', '#account'].map((id) => page.frameLocator(`${id} iframe`))
  await table?.locator('tbody tr').first().waitFor()
  await eventually(() => account?.locator('section').textContent()).toMatch(/User 1, token number/)
  await eventually(() => demo.server.counts.refreshes).toBeGreaterThanOrEqual(3)
  await page.getByRole('button', { name: 'getAccessToken()' }).click()
  await eventually(() => page.locator('#result').textContent()).toBe('getAccessToken: done')
  expect(demo.server.counts).toMatchObject({ signIns: 1, unauthorized: 0, reuseDetections: 0 })
  await account?.getByRole('button', { name: 'Sign out' }).click()
  await table?.getByRole('button', { name: 'Sign in' }).waitFor()
  expect(errors).toEqual([])
})
