import type { WidgetPanes } from '../../src/testing/index.ts'

/** A widget's panes as they are written in Appsmith's editor. */
export type SourcePanes = WidgetPanes

/** Puts other addresses in place of the real API's and the CDN's. */
export function readdress(panes: SourcePanes, api: string, cdn: string): SourcePanes {
  const html = panes.html.replaceAll(/https:\/\/cdn\.jsdelivr\.net\/npm\/[^"]*\/([^/"]+)"/g, `${cdn}/$1"`)
  return { ...panes, html, js: panes.js.replace('https://api.baserow.io', api) }
}

/** What is needed of Babel. */
export interface Babel {
  transform(code: string, options: Record<string, unknown>): { code?: string | null }
}

/** Compiles as Appsmith's builder does: JSX to `React.createElement`, everything else as it stands. */
export function compile(panes: SourcePanes, babel: Babel): WidgetPanes {
  const options = { sourceType: 'module', presets: ['react'], targets: { esmodules: true } }
  return { ...panes, js: babel.transform(panes.js, options).code ?? '' }
}
