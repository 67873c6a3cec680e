import { readFileSync } from 'node:fs'
import * as babel from '@babel/standalone'
import type { Plugin } from 'vite'
import { cdnFile } from '../demo/appsmith/cdn.ts'
import { compile } from '../demo/appsmith/panes.ts'

const name = 'virtual:appsmith-panes'
const scriptTag = /<script src="[^"]*\/([^/"]+)"><\/script>/g

const pane = (widget: string, extension: string) =>
  readFileSync(new URL(`../demo/appsmith/${widget}/widget.${extension}`, import.meta.url), 'utf8')

async function cdnText(file: string): Promise<string> {
  const text = await cdnFile(file)
  if (text === undefined) throw new Error(`${file} is not among the files of demo/appsmith/cdn.ts. Add it there.`)
  return text
}

/** A widget's panes, with what they load from a CDN put in place: a published story has no CDN at hand. */
async function panesOf(widget: string) {
  let html = pane(widget, 'html')
  for (const [tag, file] of html.matchAll(scriptTag)) {
    const text = await cdnText(file as string)
    html = html.replace(tag, () => `<script>${text}</script>`)
  }
  return compile({ html, js: pane(widget, 'js'), css: pane(widget, 'css') }, babel)
}

/** The demo's two custom widgets as Appsmith would run them, and the library for its JS Object, as one module. */
export function appsmithPanes(): Plugin {
  return {
    name: 'appsmith-panes',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    async load(id) {
      if (id !== `\0${name}`) return undefined
      const [account, table, library] = await Promise.all([
        panesOf('account'),
        panesOf('table'),
        cdnText('authed.core.iife.js'),
      ])
      return Object.entries({ account, table, library })
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)}`)
        .join('\n')
    },
  }
}
