/** Builds the single files for a `<script>` tag, a module CDN and Appsmith's library list, with React left outside. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const from = (...paths: string[]) => paths.map((path) => `export * from '${path}'`).join('\n')
const source = (name: string) => `${root}src/${name}`
const adapters = [source('core/index.ts'), source('react/index.ts'), source('appsmith/index.ts')]

/** Each file's format and what it exports. */
const files = {
  /** Everything but TanStack Query, as the global `authed` over the global `React`. */
  'authed.iife.js': ['iife', from(...adapters)],
  /** The same with TanStack Query inside. */
  'authed.query.iife.js': ['iife', from(...adapters, source('query/index.ts'), '@tanstack/react-query')],
  /** For JS Objects and other places without React. */
  'authed.core.iife.js': [
    'iife',
    from(
      source('core/index.ts'),
      ...['appsmithStore', 'queryEndpoint', 'pageSession'].map((name) => source(`appsmith/${name}.ts`)),
    ),
  ],
  /** As a module that imports `react` and nothing else. */
  'authed.esm.js': ['es', from(...adapters)],
  'authed.query.esm.js': ['es', from(...adapters, source('query/index.ts'), '@tanstack/react-query')],
} as const satisfies Record<string, readonly ['iife' | 'es', string]>

/** The name of a single file. */
export type CdnFile = keyof typeof files

/** The names of all single files. */
export const cdnFiles = Object.keys(files) as CdnFile[]

/** React's script build has no JSX runtime of its own, so elements are made by `createElement`. */
const jsxRuntime = `
import { createElement, Fragment } from 'react'
export { Fragment }
export const jsx = (type, props, key) => createElement(type, key === undefined ? props : { ...props, key })
export const jsxs = (type, { children, ...props }, key) =>
  createElement(type, key === undefined ? props : { ...props, key }, ...children)
`

/** Builds one file and returns its text. */
export async function buildCdnFile(name: CdnFile): Promise<string> {
  const [format, code] = files[name]
  const modules: Record<string, string> = { 'cdn-entry': code, 'react/jsx-runtime': jsxRuntime }
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    // Said outright, since the file may be built within a development server.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'single-file',
        enforce: 'pre',
        resolveId: (id) => (id in modules ? `\0${id}` : undefined),
        load: (id) => modules[id.slice(1)],
        transform: (text, id) => (id.startsWith(source('')) ? { code: text, moduleSideEffects: false } : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      rolldownOptions: {
        input: 'cdn-entry',
        preserveEntrySignatures: 'strict',
        external: ['react'],
        output: { format, name: 'authed', globals: { react: 'React' } },
      },
    },
  })
  const [{ output }] = [result].flat() as unknown as [{ output: [{ code: string }] }]
  return guard(name, output[0].code)
}

/** A file that is pasted into a page must neither end its script element nor ask for Node. */
function guard(name: string, text: string): string {
  const bad = /<\/script|<!--|\bprocess\.env\b/i.exec(text)?.[0]
  if (bad) throw new Error(`${name} holds "${bad}", which breaks where the file is pasted or loaded by a browser.`)
  return text
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync(`${root}dist`, { recursive: true })
  for (const name of cdnFiles) writeFileSync(`${root}dist/${name}`, await buildCdnFile(name))
}
