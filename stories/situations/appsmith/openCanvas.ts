import { account, library, table } from 'virtual:appsmith-panes'
import { type AppsmithPage, type AppsmithWidget, createAppsmithPage, type WidgetPanes } from 'authed/testing'
import { widgetEvents, widgetModel } from '../../../demo/appsmith/bindings.ts'
import jsAuth from '../../../demo/appsmith/js_auth.js?raw'
import { createQueries } from '../../../demo/appsmith/queries.ts'
import { fetchForFrames } from './fetchForFrames.ts'
import frameFetch from './frameFetch.js?raw'

/** A canvas with two widgets and a JS Object on one session. */
export interface Canvas {
  page: AppsmithPage
  widgets: readonly AppsmithWidget[]
  /** Calls a function of the JS Object. */
  run(name: string, ...input: unknown[]): Promise<unknown>
  close(): void
}

const themes = {
  light: { primaryColor: '#0c7558', backgroundColor: '#fffefb', borderRadius: '0.5rem', boxShadow: 'none' },
  dark: { primaryColor: '#43d3a2', backgroundColor: '#161b19', borderRadius: '0.5rem', boxShadow: 'none' },
}

/** The store of a page that nobody has visited yet. */
function emptyStorage(): Pick<Storage, 'getItem' | 'setItem'> {
  const values = new Map<string, string>()
  return { getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) }
}

/** Opens the canvas of the demo in two elements of this page, against another API. */
export async function openCanvas(
  places: { account: HTMLElement; table: HTMLElement },
  apiUrl: string,
): Promise<Canvas> {
  const page = createAppsmithPage({ appId: 'story', storage: emptyStorage() })
  const queries = createQueries(apiUrl, page.store)
  const jsObject = await page.addJsObject('js_auth', { code: jsAuth, libraries: [library], queries })
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const theme = () => (dark.matches ? themes.dark : themes.light)
  // The page's own button signs in.
  const events = { ...widgetEvents, onSignInRequired: '{{ undefined }}' }
  const add = (title: string, place: HTMLElement, { html, js, css }: WidgetPanes) => {
    const widget = page.addWidget(place, {
      html: `<script>${frameFetch}</script>${html}`,
      js: js.replace('https://api.baserow.io', apiUrl),
      css,
      defaultModel: widgetModel,
      events,
      theme: theme(),
    })
    widget.frame.title = title
    return widget
  }
  const widgets = [add('Account', places.account, account), add('Orders', places.table, table)]
  const repaint = () => {
    for (const widget of widgets) widget.setTheme(theme())
  }
  dark.addEventListener('change', repaint)
  const stopFetching = fetchForFrames(widgets.map(({ frame }) => frame))
  return {
    page,
    widgets,
    run: jsObject.run,
    close() {
      dark.removeEventListener('change', repaint)
      stopFetching()
      jsObject.remove()
      for (const widget of widgets) widget.remove()
    },
  }
}
