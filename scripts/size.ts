/** Prints what an app pays for each import, minified and gzipped, with React and TanStack Query external. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const coreNames = '{ createAuthClient, jsonTokenEndpoint, indexedDbStorage }'

/** Name, code, and the bytes that it may take at most. */
const imports: [string, string, number?][] = [
  ['core: client, JSON endpoint, IndexedDB', `export ${coreNames} from 'authed/core'`],
  [
    'provider + hook + refresh over all tabs',
    `export ${coreNames} from 'authed/core'; export { AuthProvider, useAccessToken } from 'authed/react'`,
    11_900,
  ],
  [
    'the same with useAuthedQuery',
    `export ${coreNames} from 'authed/core'; export { AuthProvider, useAccessToken } from 'authed/react'; export { useAuthedQuery } from 'authed'`,
    12_900,
  ],
]

async function measure(code: string) {
  const entry = '\0measured'
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    resolve: {
      alias: [
        { find: /^authed$/, replacement: `${root}src/index.ts` },
        { find: /^authed\/(\w+)$/, replacement: `${root}src/$1/index.ts` },
      ],
    },
    plugins: [
      {
        name: 'measured',
        resolveId: (id) => (id === 'measured' ? entry : undefined),
        load: (id) => (id === entry ? code : undefined),
        // As in package.json of the published package.
        transform: (source) => ({ code: source, moduleSideEffects: false }),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      rolldownOptions: {
        input: 'measured',
        preserveEntrySignatures: 'strict',
        external: [/^react($|\/)/, /^@tanstack\//],
        output: { format: 'es' },
      },
    },
  })
  const [{ output }] = [result].flat() as unknown as [{ output: [{ code: string }] }]
  return { minified: Buffer.byteLength(output[0].code), gzip: gzipSync(output[0].code, { level: 9 }).length }
}

const rows = []
for (const [name, code, limit] of imports) rows.push({ name, ...(await measure(code)), limit })
console.table(rows)
if (process.argv.includes('--write')) {
  writeFileSync(`${root}docs/size.json`, `${JSON.stringify(rows, undefined, 2)}\n`)
}
const over = rows.filter(({ gzip, limit }) => limit !== undefined && gzip > limit)
for (const { name, gzip, limit } of over) console.error(`${name}: ${gzip} bytes gzip, over its limit of ${limit}`)
process.exitCode = over.length ? 1 : 0
