/** The canvas: Appsmith's side from the testing kit, with the panes and the JS Object just as they are pasted there. */
import * as babel from '@babel/standalone'
import { createAppsmithPage, type WidgetPanes } from '../../src/testing/index.ts'
import accountCss from './account/widget.css?raw'
import accountHtml from './account/widget.html?raw'
import accountJs from './account/widget.js?raw'
import { widgetEvents, widgetModel } from './bindings.ts'
import './canvas.css'
import jsAuth from './js_auth.js?raw'
import { compile, readdress } from './panes.ts'
import { createQueries } from './queries.ts'
import { createSignIn } from './signIn.ts'
import tableCss from './table/widget.css?raw'
import tableHtml from './table/widget.html?raw'
import tableJs from './table/widget.js?raw'
import { chooseTheme } from './themes.ts'
import { watch } from './watch.ts'

const api: string = import.meta.env.VITE_API_URL ?? 'http://127.0.0.1:4010'
const cdn = `${location.origin}/cdn`
const element = (id: string) => document.getElementById(id) as HTMLElement

const page = createAppsmithPage({ appId: 'canvas' })
const jsObject = await page.addJsObject('js_auth', {
  code: jsAuth,
  libraries: [await (await fetch(`${cdn}/authed.core.iife.js`)).text()],
  queries: createQueries(api, page.store),
})
const signIn = createSignIn((credentials) => jsObject.run('signIn', credentials))
page.define('showModal', signIn.open)

const panes = (source: WidgetPanes) => compile(readdress(source, api, cdn), babel)
const settings = { defaultModel: widgetModel, events: widgetEvents }
const widgets = [
  page.addWidget(element('account'), {
    ...panes({ html: accountHtml, js: accountJs, css: accountCss }),
    ...settings,
    events: { ...widgetEvents, onSignInRequired: '{{ undefined }}' },
  }),
  page.addWidget(element('table'), { ...panes({ html: tableHtml, js: tableJs, css: tableCss }), ...settings }),
]
chooseTheme(element('theme') as HTMLSelectElement, widgets)
watch({ page, jsObject, api })
