import { readFileSync } from 'node:fs'
import babel from '@babel/standalone'
import type { WidgetPanes } from 'authed/testing'
import { compile, readdress } from '../../../demo/appsmith/panes.ts'

const text = (path: string) => readFileSync(new URL(`../../../demo/appsmith/${path}`, import.meta.url), 'utf8')
const pageRefreshes = 'authed.createAuthClient(authed.hostRefreshes(bridge, { dialect: authed.baserow(api) }))'
const widgetRefreshes =
  'authed.createAuthClient({ endpoint: authed.baserow(api), storage: authed.widgetRefreshes(bridge, { echoTime: 500 }) })'

/** The JS Object, as it is pasted. */
export const jsAuth = text('js_auth.js')

/** The table widget's panes for this API and CDN, compiled; who refreshes is the one line that differs. */
export function tablePanes(api: string, cdn: string, refreshes: 'page' | 'widget' = 'page'): WidgetPanes {
  const [html, js, css] = ['html', 'js', 'css'].map((pane) => text(`table/widget.${pane}`)) as [string, string, string]
  if (!js.includes(pageRefreshes))
    throw new Error('The table widget makes its client in another way than is known here.')
  const own = refreshes === 'widget' ? js.replace(pageRefreshes, widgetRefreshes) : js
  // Tests ask the widget's own client.
  return compile(readdress({ html, css, js: `${own}\nglobalThis.probe = { client, bridge }` }, api, cdn), babel)
}

/** Any panes, compiled as the builder does. */
export const compilePanes = (panes: WidgetPanes): WidgetPanes => compile(panes, babel)
