import { describe, expect, it } from 'vitest'
import { eventually, prepareStages, type StageOptions } from './stage.ts'

const open = prepareStages()
const own = (options: StageOptions = {}) => open({ ...options, widgets: options.widgets ?? [{ refreshes: 'widget' }] })
const inWidget = { refreshToken: 'in the widget' } as const
type Stage = Awaited<ReturnType<typeof own>>

const revisionOnPage = (stage: Stage) =>
  stage.inPage(({ page }) => (page.store.values.auth as { revision: number }).revision)

describe('a table widget that refreshes by itself', () => {
  it.each(['rotating', 'none'] as const)(
    'lives through ten expiries, and hands each pair of tokens to the page as one object (rotation %s)',
    async (rotation) => {
      const stage = await own({ server: { accessTokenLifetime: 4_000, rotation } })
      await stage.signIn()
      for (let turn = 1; turn <= 10; turn++) {
        await eventually(() => stage.api.counts.refreshes).toBeGreaterThanOrEqual(turn)
      }
      await stage.turnPage()
      await stage.expectPage('26–50')
      await eventually(() => revisionOnPage(stage)).toBeGreaterThanOrEqual(11)
      const pairs = await stage.inPage(({ widgets: [widget] }) =>
        (widget?.messages ?? [])
          .filter(({ data }) => data?.eventName === 'onTokens')
          .map(({ data }) => Object.keys((data?.contextObj?.tokens ?? {}) as object)),
      )
      for (const names of pairs)
        expect(names).toEqual(expect.arrayContaining(['accessToken', 'refreshToken', 'revision']))
      expect(stage.api.counts).toMatchObject({ signIns: 1, unauthorized: 0, reuseDetections: 0 })
      await stage.expectSound(inWidget)
    },
  )

  it('uses what it has fetched at once, and ignores echoes of older revisions', async () => {
    const stage = await own()
    await stage.signIn()
    await stage.inPage(({ widgets: [widget] }) => {
      Object.assign(window, { former: widget?.model })
      Object.assign(widget?.faults ?? {}, { echoDelay: () => 1_500 })
    })
    stage.api.expireAccessTokens()
    await stage.turnPage()
    await stage.expectPage('26–50')
    await stage.inPage(({ widgets: [widget] }) =>
      widget?.sendModel({ unrelated: 1, ...(window as unknown as { former: object }).former }),
    )
    await stage.turnPage()
    await stage.expectPage('51–75')
    expect(stage.api.counts).toMatchObject({ refreshes: 1, unauthorized: 1, reuseDetections: 0 })
    await stage.expectSound(inWidget)
  })

  it.each(['rotating', 'none'] as const)(
    'stays signed in when the page is reloaded after the refresh and before the echo (rotation %s)',
    async (rotation) => {
      const stage = await own({ server: { rotation } })
      await stage.signIn()
      await stage.inPage(({ widgets: [widget] }) => Object.assign(widget?.faults ?? {}, { echoDelay: () => 60_000 }))
      stage.api.expireAccessTokens()
      await stage.turnPage()
      await stage.expectPage('26–50')
      await eventually(() => revisionOnPage(stage)).toBe(2)
      await stage.reload()
      await stage.expectRows()
      await stage.expectSound(inWidget)
    },
  )

  it('is signed in at once after its source was edited, from the model', async () => {
    const stage = await own()
    await stage.signIn()
    stage.api.expireAccessTokens()
    await stage.turnPage()
    await stage.expectPage('26–50')
    await stage.inPage(({ widgets: [widget] }) => widget?.reload())
    await stage.expectRows()
    expect(stage.api.counts).toMatchObject({ signIns: 1, refreshes: 1 })
    await stage.expectSound(inWidget)
  })

  it('works on in memory and tells the author once where its event is not declared', async () => {
    const stage = await own({ widgets: [{ refreshes: 'widget', events: {} }] })
    await stage.signIn()
    for (const rows of ['26–50', '51–75']) {
      stage.api.expireAccessTokens()
      await stage.turnPage()
      await stage.expectPage(rows)
    }
    const told = () => stage.leaks.consoleTexts.filter((text) => text.includes('has not answered the event "onTokens"'))
    await eventually(told).toHaveLength(1)
    expect(stage.api.counts).toMatchObject({ signIns: 1, refreshes: 2, reuseDetections: 0 })
    await stage.leaks.expectNone(inWidget)
  })

  it('works on in the builder, where events are shown and not run', async () => {
    const stage = await own({ widgets: [{ refreshes: 'widget', mode: 'BUILDER' }] })
    await stage.signIn()
    stage.api.expireAccessTokens()
    await stage.turnPage()
    await stage.expectPage('26–50')
    expect(await stage.inPage(({ widgets: [widget] }) => widget?.dropped)).toContain('onTokens')
    expect(stage.api.counts).toMatchObject({ signIns: 1, refreshes: 1 })
    await stage.leaks.expectNone(inWidget)
  })

  it.each([
    ['the sandbox switched off', { widgets: [{ refreshes: 'widget', sandbox: 'off' }] }],
    ['plain http', { widgets: [{ refreshes: 'widget' }], host: 'plain' }],
    ['a handshake without size and theme', { widgets: [{ refreshes: 'widget', layout: 'anvil' }] }],
  ] as const)('works with %s', async (_, options) => {
    const stage = await own({ ...options, widgets: [...options.widgets] })
    await stage.signIn()
    stage.api.expireAccessTokens()
    await stage.turnPage()
    await stage.expectPage('26–50')
    await eventually(() => revisionOnPage(stage)).toBe(2)
    expect(stage.api.counts).toMatchObject({ signIns: 1, refreshes: 1 })
    if (options.widgets.some((widget) => 'layout' in widget)) return
    await stage.expectSound(inWidget)
  })

  it('shares a session that does not rotate with a second widget, each refreshing by itself', async () => {
    const stage = await own({
      server: { rotation: 'none' },
      widgets: [{ refreshes: 'widget' }, { refreshes: 'widget' }],
    })
    await stage.signIn()
    stage.api.expireAccessTokens()
    await Promise.all([stage.turnPage(0), stage.turnPage(1)])
    await Promise.all([stage.expectPage('26–50', 0), stage.expectPage('26–50', 1)])
    expect(stage.api.liveFamilies).toBe(1)
    await stage.expectSound(inWidget)
  })
})
