import { appsmithSandbox } from 'authed/testing'
import { describe, expect, it } from 'vitest'
import { eventually, prepareStages } from './stage.ts'

const open = prepareStages()

/** A widget that does nothing but what a test says. */
const bare = async (js: string, more: object = {}) => {
  const panes = { html: '<script>window.early = typeof appsmith</script><p id="out"></p>', js, css: '' }
  return open({
    widgets: [
      {
        ...panes,
        defaultModel: '{{ { title: appsmith.store.title, auth: { accessToken: "secret-1" } } }}',
        events: {},
        ...more,
      },
    ],
  })
}
const sent = (stage: Awaited<ReturnType<typeof bare>>) =>
  stage.inPage(({ widgets: [widget] }) => (widget?.messages ?? []).map(({ type, data }) => data?.eventName ?? type))
const inFrame = async <Value>(stage: Awaited<ReturnType<typeof bare>>, task: () => Value) =>
  (await stage.frame()).evaluate(task)

describe('what is believed of Appsmith', () => {
  it('makes the frame with nothing but its sandbox, lazily', async () => {
    const stage = await bare('')
    const attributes = await stage.page
      .locator('div iframe')
      .evaluate((frame) => Object.fromEntries([...frame.attributes].map(({ name, value }) => [name, value])))
    expect(attributes).toMatchObject({ sandbox: appsmithSandbox, loading: 'lazy' })
    expect(Object.keys(attributes).sort()).toEqual(['loading', 'sandbox', 'srcdoc', 'style'])
    expect(await inFrame(stage, () => [self.origin, document.compatMode, location.href])).toEqual([
      'null',
      'CSS1Compat',
      'about:srcdoc',
    ])
  })

  it('denies storage, cookies, databases and locks, each in its own way', async () => {
    const stage = await bare('')
    const denied = await (await stage.frame()).evaluate(async () => {
      const tries: Record<string, () => unknown> = {
        localStorage: () => typeof localStorage,
        cookie: () => document.cookie,
        indexedDB: () => indexedDB.open('x'),
        locks: () => navigator.locks.request('x', () => {}),
        caches: () => typeof caches,
      }
      const outcomes: Record<string, string> = {}
      for (const [name, attempt] of Object.entries(tries)) {
        outcomes[name] = await Promise.resolve()
          .then(() => attempt())
          .then(
            () => 'allowed',
            (error) => error.name,
          )
      }
      return outcomes
    })
    expect(new Set(Object.values(denied))).toEqual(new Set(['SecurityError']))
  })

  it('installs `appsmith` after the scripts of the html pane and before the js pane', async () => {
    const stage = await bare('window.late = typeof appsmith')
    await eventually(() => inFrame(stage, () => (window as unknown as { late?: string }).late)).toBe('object')
    expect(await inFrame(stage, () => (window as unknown as { early: string }).early)).toBe('undefined')
  })

  it('sends early events first, then READY, then what was queued in `onReady`, then the height', async () => {
    const stage = await bare(
      `appsmith.triggerEvent('early'); appsmith.onReady(() => { appsmith.triggerEvent('one'); appsmith.updateModel({ two: 2 }) })`,
    )
    await eventually(() => sent(stage)).toEqual([
      'early',
      'CUSTOM_WIDGET_READY',
      'one',
      'CUSTOM_WIDGET_UPDATE_MODEL',
      'CUSTOM_WIDGET_UPDATE_HEIGHT',
    ])
  })

  it('calls subscribers at registration and on changes, and not when the handshake is answered', async () => {
    const stage = await bare(
      'window.seen = []; appsmith.onModelChange((model, previous) => window.seen.push([model.title ?? null, previous === undefined]))',
    )
    const seen = () => inFrame(stage, () => (window as unknown as { seen: unknown[] }).seen)
    await eventually(() => sent(stage)).toContain('CUSTOM_WIDGET_UPDATE_HEIGHT')
    expect(await seen()).toEqual([[null, true]])
    await stage.inPage(({ page }) => void page.store.storeValue('title', 'Orders'))
    await eventually(seen).toEqual([
      [null, true],
      ['Orders', false],
    ])
  })

  it('writes top-level texts of the model into the document, and nested ones not', async () => {
    const stage = await bare('')
    await stage.inPage(({ page }) => void page.store.storeValue('title', 'Orders'))
    const html = () => inFrame(stage, () => document.documentElement.outerHTML)
    await eventually(html).toContain('--appsmith-model-title: Orders')
    expect(await html()).not.toContain('secret-1')
  })

  it('sends nothing more after what cannot be cloned', async () => {
    const stage =
      await bare(`appsmith.onReady(() => { appsmith.triggerEvent('bad', { handler() {} }); appsmith.triggerEvent('good') })
      addEventListener('unhandledrejection', (event) => { window.thrown = event.reason.name })`)
    await eventually(() => inFrame(stage, () => (window as unknown as { thrown?: string }).thrown)).toBe(
      'DataCloneError',
    )
    expect(await sent(stage)).not.toContain('good')
  })

  it('forgets what `updateModel` has made when the default model changes, and at a reload', async () => {
    const stage = await bare('appsmith.onReady(() => appsmith.updateModel({ own: 1 }))')
    const model = () => stage.inPage(({ widgets: [widget] }) => widget?.model)
    await eventually(model).toMatchObject({ own: 1 })
    await stage.inPage(({ page }) => void page.store.storeValue('title', 'Orders'))
    await eventually(model).toEqual({ title: 'Orders', auth: { accessToken: 'secret-1' } })
  })

  it('turns what is absent in a text binding into the word `undefined`', async () => {
    const stage = await bare('', { defaultModel: '{ "auth": { "accessToken": "{{appsmith.store.nothing}}" } }' })
    expect(await stage.inPage(({ widgets: [widget] }) => widget?.model)).toEqual({ auth: { accessToken: 'undefined' } })
  })

  it('refuses a js pane that holds the end of a script element', async () => {
    const { createSrcdoc } = await import('authed/testing')
    expect(() => createSrcdoc({ html: '', css: '', js: 'const end = "</scr" + "ipt>"' })).not.toThrow()
    expect(() => createSrcdoc({ html: '', css: '', js: `const end = "</${'script'}>"` })).toThrow(/end tag/)
  })
})
