import { describe, expect, it } from 'vitest'
import { cdnFile } from '../../../demo/appsmith/cdn.ts'
import { type CdnFile, cdnFiles } from '../../../scripts/cdn.ts'
import { compilePanes } from './panes.ts'
import { eventually, prepareStages } from './stage.ts'

const open = prepareStages()

/** A small widget around `authed`, however that got there. */
const widget = (api: string, prelude = '') => `${prelude}
const bridge = authed.createAppsmithBridge()
const client = authed.createAuthClient(authed.hostRefreshes(bridge, { dialect: authed.baserow('${api}') }))
const Count = () => {
  const { status } = authed.useAccessToken()
  const [text, setText] = React.useState('')
  React.useEffect(() => {
    if (status !== 'authenticated') return
    client.fetch('${api}/api/database/rows/table/1/').then((answer) => answer.json()).then((page) => setText(page.count + ' rows'))
  }, [status])
  return <p>{React.version} {text}</p>
}
appsmith.onReady(() => {
  const view = <authed.AuthProvider client={client}><authed.SignedIn><Count /></authed.SignedIn></authed.AuthProvider>
  ReactDOM.render(view, document.getElementById('root'))
})`
const scripts = (cdn: string, ...names: string[]) =>
  names.map((name) => `<script src="${cdn}/${name}"></script>`).join('\n')
const react = ['react.production.min.js', 'react-dom.production.min.js']

describe('the files for a CDN', () => {
  it.each([
    [
      'a script tag before its own code',
      (cdn: string, api: string) => ({ html: scripts(cdn, ...react, 'authed.iife.js'), js: widget(api) }),
    ],
    [
      'a script tag, with TanStack Query inside',
      (cdn: string, api: string) => ({ html: scripts(cdn, ...react, 'authed.query.iife.js'), js: widget(api) }),
    ],
    [
      'a module CDN',
      (cdn: string, api: string) => ({
        html: scripts(cdn, ...react),
        js: widget(api, `import * as authed from '${cdn}/authed.esm.js'`),
      }),
    ],
    [
      'a module CDN, with TanStack Query inside',
      (cdn: string, api: string) => ({
        html: scripts(cdn, ...react),
        js: widget(api, `import * as authed from '${cdn}/authed.query.esm.js'`),
      }),
    ],
  ] as const)('work from %s, under React 18.2 and ReactDOM.render', async (_, make) => {
    const stage = await open({ widgets: [] })
    const { html, js } = make(stage.cdn, stage.apiUrl)
    await show(stage, { html, js })
  })

  it('work pasted into the js pane, through the builder', async () => {
    const stage = await open({ widgets: [] })
    const pasted = (await cdnFile('authed.iife.js')) as string
    await show(stage, { html: scripts(stage.cdn, ...react), js: widget(stage.apiUrl, pasted) })
  })

  it.each(cdnFiles)('%s holds nothing that breaks where it is pasted or loaded', async (name: CdnFile) => {
    const text = (await cdnFile(name)) as string
    expect(text).not.toMatch(/<\/script|<!--|process\.env|\brequire\(/i)
    const imports = [...text.matchAll(/\bfrom\s*"([^"]+)"/g)].map(([, specifier]) => specifier)
    expect(new Set(imports)).toEqual(new Set(name.endsWith('.esm.js') ? ['react'] : []))
    if (name.includes('core')) expect(text).not.toMatch(/\bReact\b|createElement/)
  })
})

async function show(stage: Awaited<ReturnType<typeof open>>, { html, js }: { html: string; js: string }) {
  const panes = compilePanes({ html: `${html}<div id="root"></div>`, js, css: '' })
  stage.plan.widgets = [
    { ...panes, defaultModel: '{{ { auth: { ...appsmith.store.auth, refreshToken: undefined } } }}' },
  ]
  await stage.reload()
  await stage.inPage(({ jsObject }) => jsObject.run('signIn', { email: 'ada@example.com', password: 'lovelace' }))
  await eventually(() => stage.widget().locator('p').textContent()).toBe('18.2.0 1000 rows')
  await stage.leaks.expectNone()
}
