import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, type Rolldown } from 'vite'
import { describe, expect, it } from 'vitest'

const dist = resolve(import.meta.dirname, '../../dist')
const codeOf = (folder: string) =>
  readdirSync(join(dist, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(dist, folder, name), 'utf8'))
    .join('\n')

/** Every text that only the panel has: what it says, and its style. */
function textsOfThePanel(): string[] {
  const rest = ['core', 'react', 'query'].map(codeOf).join('\n')
  const texts = [...codeOf('devtools').matchAll(/"((?:[^"\\\n]|\\.){10,})"/g)].map(([, text]) => text as string)
  return [...new Set(texts)].filter((text) => !/^[./]|^react/.test(text) && !rest.includes(text))
}

/** What an app ships, as a bundler makes it of the built package. */
async function bundle(code: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: {
      alias: [
        { find: /^authed$/, replacement: `${dist}/index.js` },
        { find: /^authed\/(\w+)$/, replacement: `${dist}/$1/index.js` },
      ],
    },
    plugins: [
      {
        name: 'app',
        resolveId: (id) => (id === 'app' ? '\0app' : undefined),
        load: (id) => (id === '\0app' ? code : undefined),
      },
    ],
    build: { write: false, minify: false, rolldownOptions: { input: 'app', external: [/^react/, /^@tanstack\//] } },
  })
  const [{ output }] = [result].flat() as unknown as [{ output: Rolldown.OutputChunk[] }]
  return output.map((chunk) => chunk.code).join('\n')
}

const app = `
import { AuthProvider, baserow, createAuthClient, useAuthedQuery } from 'authed'
globalThis.app = { AuthProvider, baserow, createAuthClient, useAuthedQuery }
`

describe('a production bundle', () => {
  it('without the panel contains none of its strings', async () => {
    const code = await bundle(app)
    expect(code).toContain('Wrap the app in')
    const texts = textsOfThePanel()
    expect(texts.length).toBeGreaterThan(60)
    expect(texts.filter((text) => code.includes(text))).toEqual([])
  })

  it('with the panel contains them', async () => {
    const code = await bundle(
      `${app}\nimport { AuthDevtools } from 'authed/devtools'\nglobalThis.app.panel = AuthDevtools`,
    )
    const missing = textsOfThePanel().filter((text) => !code.includes(text))
    expect(missing.length).toBeLessThan(textsOfThePanel().length / 10)
  })
})
