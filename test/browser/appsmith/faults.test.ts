import { describe, expect, it } from 'vitest'
import { eventually, prepareStages, type StageOptions } from './stage.ts'

const open = prepareStages()
type Stage = Awaited<ReturnType<typeof open>>

/** One expiry that the widget meets as a 401, and the rows behind it. */
async function passAnExpiry(stage: Stage, rows = '26–50') {
  stage.api.expireAccessTokens()
  await stage.turnPage()
  await stage.expectPage(rows)
}

const oneRefresh = async (stage: Stage) => {
  await passAnExpiry(stage)
  expect(stage.api.counts).toMatchObject({ refreshes: 1, signIns: 1, reuseDetections: 0 })
  await stage.expectSound()
}

describe('between page and widget', () => {
  it('refreshes once though each model comes up to two seconds late', async () => {
    const stage = await open({ widgets: [{}, {}] })
    await stage.inPage(({ widgets }) => {
      for (const { faults } of widgets) Object.assign(faults, { echoDelay: () => Math.random() * 2_000 })
    })
    await stage.signIn()
    await oneRefresh(stage)
  })

  it('keeps the new token when a model with the old one comes after it', async () => {
    const stage = await open()
    await stage.signIn()
    await stage.inPage(({ widgets: [widget] }) => void Object.assign(window, { former: widget?.model }))
    await passAnExpiry(stage)
    await stage.inPage(({ widgets: [widget] }) =>
      widget?.sendModel({ unrelated: 1, ...(window as unknown as { former: object }).former }),
    )
    await stage.turnPage()
    await stage.expectPage('51–75')
    expect(stage.api.counts).toMatchObject({ refreshes: 1, unauthorized: 1 })
    await stage.expectSound()
  })

  it('takes no notice of a handshake that is answered twice', async () => {
    const stage = await open()
    await stage.signIn()
    await stage.inPage(({ widgets: [widget] }) => {
      Object.assign(widget?.faults ?? {}, { readyAnswers: 3 })
      widget?.reload()
    })
    await stage.expectRows()
    await oneRefresh(stage)
  })

  it('works where the handshake lacks size and theme and `onReady` never fires, as in the Anvil layout', async () => {
    const stage = await open({ widgets: [{ layout: 'anvil' }] })
    await stage.signIn()
    await passAnExpiry(stage)
    expect(stage.api.counts).toMatchObject({ refreshes: 1, signIns: 1 })
    const thrown = await stage.inPage(({ widgets: [widget] }) => widget?.messages.map(({ type }) => type))
    expect(thrown).not.toContain('CUSTOM_WIDGET_UPDATE_HEIGHT')
  })

  it('refreshes once though each message is acknowledged late', async () => {
    const stage = await open()
    await stage.inPage(({ widgets: [widget] }) => Object.assign(widget?.faults ?? {}, { acknowledge: () => 700 }))
    await stage.signIn()
    await oneRefresh(stage)
  })

  it('cannot ask any more once an acknowledgement is lost, yet follows whatever else makes the page refresh', async () => {
    const stage = await open({ widgets: [{}, {}] })
    await stage.signIn()
    await stage.inPage(({ widgets: [widget] }) => Object.assign(widget?.faults ?? {}, { acknowledge: () => 'never' }))
    await stage.widget(0).locator('tbody tr').first().click()
    stage.api.expireAccessTokens()
    await stage.turnPage(0)
    await stage.turnPage(1)
    await stage.expectPage('26–50', 1)
    await stage.expectPage('26–50', 0)
    expect(stage.api.counts).toMatchObject({ refreshes: 1, signIns: 1 })
    await stage.expectSound()
  })

  it('keeps its rows when the event is not declared, and goes on once somebody else makes the page refresh', async () => {
    const stage = await open({ widgets: [{ events: {} }] })
    await stage.signIn()
    stage.api.expireAccessTokens()
    await stage.turnPage()
    await eventually(() => stage.inPage(({ widgets: [widget] }) => widget?.dropped)).toContain('onAuthRefresh')
    expect((await stage.state()).status).toBe('authenticated')
    await stage.run('session', 'refresh')
    await stage.expectPage('26–50')
    await stage.expectSound()
  })

  it('is signed in at once after its source was edited in mid-refresh, with one refresh', async () => {
    const stage = await open()
    await stage.signIn()
    stage.api.expireAccessTokens()
    stage.api.fail({ type: 'delay', on: 'refresh', delay: 1_000 })
    await stage.turnPage()
    await eventually(() => stage.api.counts.refreshes).toBe(1)
    await stage.inPage(({ widgets: [widget] }) => widget?.reload())
    await stage.expectRows()
    expect(stage.api.counts).toMatchObject({ refreshes: 1, signIns: 1 })
    await stage.expectSound()
  })

  it.each([
    ['far below the fold', 'below'],
    ['in a place that is not displayed', 'hidden'],
  ] as const)('has its rows when it is %s', async (_, place) => {
    const stage = await open({ widgets: [{ place }] })
    await stage.signIn()
    stage.api.expireAccessTokens()
    await stage.turnPage()
    await stage.expectPage('26–50')
    expect(stage.api.counts.refreshes).toBe(1)
    await stage.expectSound()
  })

  it('lets its token grow old while nobody sees it, and refreshes when it is seen again', async () => {
    const stage = await open({ server: { accessTokenLifetime: 4_000 } })
    await stage.signIn()
    const show = async (state: 'hidden' | 'visible') =>
      (await stage.frame()).evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    await show('hidden')
    await eventually(() =>
      stage.inPage(({ page }) => (page.store.values.auth as { expiresAt: number }).expiresAt < Date.now()),
    ).toBe(true)
    expect(stage.api.counts.refreshes).toBe(0)
    await show('visible')
    await eventually(() => stage.api.counts.refreshes).toBe(1)
    await stage.turnPage()
    await stage.expectPage('26–50')
    await stage.expectSound()
  })

  it('stays blank where its CDN is down, and takes nothing from its neighbour', async () => {
    const stage = await open({ widgets: [{}, {}] })
    const [widget] = stage.plan.widgets
    if (widget) widget.html = widget.html.replace('authed.query.iife.js', 'missing.js')
    await stage.reload()
    await stage.inPage(({ jsObject }) => jsObject.run('signIn', { email: 'ada@example.com', password: 'lovelace' }))
    await stage.expectRows(1)
    expect(await stage.widget(0).locator('#root').innerHTML()).toBe('')
    const types = await stage.inPage(({ widgets: [widget] }) => widget?.messages.map(({ type }) => type))
    expect(types).toContain('CUSTOM_WIDGET_READY')
  })
})

describe('reloading the page', () => {
  const reloadInMidRefresh = async (server: StageOptions['server']) => {
    const stage = await open({ server })
    await stage.signIn()
    stage.api.expireAccessTokens()
    // The server acts, and its first answer finds nobody.
    let answers = 0
    await stage.page.route('**/token-refresh/', async (route) => {
      if (answers++ > 0) return route.continue()
      await route.fetch()
    })
    await stage.turnPage()
    await eventually(() => stage.api.counts.refreshes).toBe(1)
    await stage.reload()
    return stage
  }

  it('in mid-refresh stays signed in where the refresh token does not rotate', async () => {
    const stage = await reloadInMidRefresh({ rotation: 'none' })
    await stage.expectRows()
    expect(stage.api.counts.signIns).toBe(1)
    await stage.expectSound()
  })

  it('in mid-refresh stays signed in where a rotating server grants a grace', async () => {
    const stage = await reloadInMidRefresh({ rotation: 'rotating', grace: 10_000 })
    await stage.expectRows()
    expect(stage.api.counts.signIns).toBe(1)
    await stage.expectSound()
  })

  it('in mid-refresh asks for one sign-in where a strict server has rotated and its answer is lost', async () => {
    const stage = await reloadInMidRefresh({ rotation: 'rotating' })
    await stage.widget().getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 15_000 })
    expect(await stage.inPage(({ signInsAsked }) => signInsAsked.length)).toBe(1)
    await stage.signIn()
    await stage.expectSound()
  })

  it.each(['rotating', 'none'] as const)(
    'after the refresh and before the widget has heard of it stays signed in (rotation %s)',
    async (rotation) => {
      const stage = await open({ server: { rotation } })
      await stage.signIn()
      await stage.inPage(({ widgets: [widget] }) => Object.assign(widget?.faults ?? {}, { echoDelay: () => 60_000 }))
      stage.api.expireAccessTokens()
      await stage.turnPage()
      await eventually(() =>
        stage.inPage(({ page }) => (page.store.values.auth as { revision: number }).revision),
      ).toBe(2)
      await stage.reload()
      await stage.expectRows()
      expect(stage.api.counts).toMatchObject({ signIns: 1, refreshes: 1, reuseDetections: 0 })
      await stage.expectSound()
    },
  )
})

describe('surroundings', () => {
  it('works on a page served over plain http, where crypto.subtle and locks are missing', async () => {
    const stage = await open({ host: 'plain', widgets: [{}, {}] })
    expect(await (await stage.frame()).evaluate(() => isSecureContext)).toBe(false)
    await stage.signIn()
    await oneRefresh(stage)
  })

  it('works where the administrator has switched the sandbox off, and leaves the origin of the page alone', async () => {
    const stage = await open({ widgets: [{ sandbox: 'off' }, { sandbox: 'off' }] })
    await stage.signIn()
    const keys = await (await stage.frame()).evaluate(async () => ({
      stored: Object.keys(localStorage),
      databases: (await indexedDB.databases()).map(({ name }) => name),
    }))
    expect(keys).toEqual({ stored: ['APPSMITH_LOCAL_STORE-tests'], databases: [] })
    await oneRefresh(stage)
  })
})

describe('the API in trouble', () => {
  it.each([
    [
      '429',
      { type: 'status', status: 429, body: '{"detail":"Request was throttled. Expected available in 1 seconds."}' },
    ],
    ['503', { type: 'status', status: 503 }],
    ['a dropped connection', { type: 'drop', when: 'before' }],
  ] as const)('keeps the session when a refresh meets %s, and recovers by itself', async (_, fault) => {
    const stage = await open()
    await stage.signIn()
    stage.api.fail({ ...fault, on: 'refresh' })
    await passAnExpiry(stage)
    expect(stage.api.counts).toMatchObject({ signIns: 1, refreshes: 2 })
    await stage.expectSound()
  })

  it.each([
    [
      '429',
      { type: 'status', status: 429, body: '{"detail":"Request was throttled. Expected available in 1 seconds."}' },
    ],
    ['a dropped connection', { type: 'drop', when: 'before' }],
  ] as const)('takes %s of the rows for no sign of a dead token', async (_, fault) => {
    const stage = await open()
    await stage.signIn()
    stage.api.fail({ ...fault, on: 'resource' })
    await stage.turnPage()
    await stage.expectPage('26–50')
    expect(stage.api.counts).toMatchObject({ signIns: 1, refreshes: 0 })
    await stage.expectSound()
  })

  it('takes an answer that CORS withholds for no sign of a dead token', async () => {
    const stage = await open()
    await stage.signIn()
    let refused = 0
    await stage.page.route('**/rows/**', async (route) => {
      if (refused++ > 1) return route.continue()
      await route.fulfill({
        status: 401,
        body: '{"error":"ERROR_INVALID_ACCESS_TOKEN"}',
        headers: { 'access-control-allow-origin': 'https://elsewhere.example' },
      })
    })
    await stage.turnPage()
    await stage.expectPage('26–50')
    expect(stage.api.counts).toMatchObject({ signIns: 1, refreshes: 0 })
    await stage.page.unroute('**/rows/**')
    await stage.expectSound()
  })
})
