import { type Browser, chromium, type Frame, type Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { ownEvents, ownModel, widgetEvents, widgetModel } from '../../../demo/appsmith/bindings.ts'
import { cdnFile } from '../../../demo/appsmith/cdn.ts'
import { startServer } from '../../../demo/server.ts'
import { findBrowser } from '../../../scripts/browsers.ts'
import type { TokenServerOptions, WidgetSettings } from '../../../src/testing/index.ts'
import { watchLeaks } from './leaks.ts'
import type { Plan, StagePage } from './page.ts'
import { jsAuth, tablePanes } from './panes.ts'
import { startSite } from './site.ts'

/** A widget of a test: the table widget, unless it brings other panes. */
export type WidgetPlan = Partial<Plan['widgets'][number]> & { refreshes?: 'page' | 'widget' }

/** What a test starts with. */
export interface StageOptions {
  server?: TokenServerOptions
  widgets?: WidgetPlan[]
  /** `plain`: a name that is no secure context. */
  host?: 'local' | 'plain'
}

/** The person who signs in, unless a test says otherwise. */
export const ada = { email: 'ada@example.com', password: 'lovelace' }
/** Waits until what is read is as expected. */
export const eventually = <Value>(read: () => Value | Promise<Value>) => expect.poll(read, { timeout: 20_000 })
const plainHost = 'authed.test'
const args = `--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
  --disable-component-update --disable-sync --host-resolver-rules=MAP\u0020${plainHost}\u0020127.0.0.1`
const signInEvents = { onSignInRequired: '{{ signInAsked(reason) }}' }

/** Sets up a browser for a file of tests, and returns what opens a stage of its own for each. */
export function prepareStages() {
  let browser: Browser
  const closers: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    const executablePath = findBrowser('chromium')
    if (!executablePath) throw new Error('Chromium is not installed. Install it, or set AUTHED_CHROMIUM to its path.')
    browser = await chromium.launch({ executablePath, args: args.split(/[\n\t ]+(?=--)/) })
  })
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })
  afterAll(() => browser?.close())

  return async function open({ server, widgets = [{}], host = 'local' }: StageOptions = {}) {
    const api = await startServer({ port: 0, accessTokenLifetime: 600_000, ...server })
    closers.push(api.close)
    const plan: Plan = { api: api.url, jsAuth, library: (await cdnFile('authed.core.iife.js')) as string, widgets: [] }
    const site = await startSite(() => plan)
    closers.push(site.close)
    const cdn = `http://127.0.0.1:${site.port}/cdn`
    plan.widgets = widgets.map(({ refreshes = 'page', ...settings }): WidgetSettings => {
      const own = refreshes === 'widget'
      const events = { ...(own ? ownEvents : widgetEvents), ...signInEvents }
      return { ...tablePanes(api.url, cdn, refreshes), defaultModel: own ? ownModel : widgetModel, events, ...settings }
    })

    const context = await browser.newContext()
    closers.push(() => context.close())
    const page = await context.newPage()
    const leaks = await watchLeaks(context, page)
    const rowRequests: Request[] = []
    page.on('request', (request) => request.url().includes('/rows/') && rowRequests.push(request))
    const load = async (go: () => Promise<unknown>) => {
      await go()
      await page.waitForFunction(() => window.stage !== undefined)
    }
    await load(() => page.goto(`http://${host === 'plain' ? plainHost : '127.0.0.1'}:${site.port}/`))

    /** Runs in the page. */
    const inPage = <Input, Output>(task: (stage: StagePage, input: Input) => Output | Promise<Output>, input?: Input) =>
      page.evaluate(`(${task})(window.stage, ${JSON.stringify(input)})`) as Promise<Output>
    const widget = (number = 0) => page.frameLocator(`div:nth-of-type(${number + 1}) iframe`)
    const frame = async (number = 0): Promise<Frame> => {
      const element = await page.locator(`div:nth-of-type(${number + 1}) iframe`).elementHandle()
      return (await element?.contentFrame()) as Frame
    }
    const expectRows = async (number = 0) => {
      await widget(number).locator('tbody tr').first().waitFor({ state: 'attached', timeout: 15_000 })
    }
    const signedIn = () => Promise.all(widgets.map((_, number) => expectRows(number)))

    return {
      api: api.server,
      apiUrl: api.url,
      cdn,
      plan,
      page,
      leaks,
      rowRequests,
      inPage,
      widget,
      frame,
      expectRows,
      run: (name: string, ...input: unknown[]) =>
        inPage(({ jsObject }, [verb, args]) => jsObject.run(verb as string, ...(args as unknown[])), [name, input]),
      async signIn(credentials: Record<string, string> = ada) {
        await inPage(({ jsObject }, typed) => jsObject.run('signIn', typed), credentials)
        await signedIn()
      },
      reload: () => load(() => page.reload()),
      /** What the widget's own client says. */
      async state(number = 0) {
        type Probe = { probe: { client: { getState(): { status: string; revision?: number; endReason?: string } } } }
        return (await frame(number)).evaluate(() => (window as unknown as Probe).probe.client.getState())
      },
      /** Lets the widget fetch something that it has not fetched yet. */
      async turnPage(number = 0) {
        await widget(number).getByRole('button', { name: 'Next', includeHidden: true }).dispatchEvent('click')
      },
      async expectPage(text: string, number = 0) {
        const status = widget(number).locator('header [role=status]')
        await eventually(() => status.textContent()).toContain(text)
        await eventually(() => status.textContent()).not.toContain('updating')
      },
      /** The end of every test: no token anywhere, and signed in after a reload without a password. */
      async expectSound({ refreshToken }: Parameters<typeof leaks.expectNone>[0] = {}) {
        await leaks.expectNone({ refreshToken })
        const { signIns } = api.server.counts
        await load(() => page.reload())
        await signedIn()
        expect(api.server.counts.signIns, 'sign-ins after a reload').toBe(signIns)
        await leaks.expectNone({ refreshToken })
      },
    }
  }
}
