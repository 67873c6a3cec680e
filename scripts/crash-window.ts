/**
 * Measures in Chromium how long a tab may not die during a refresh: from the moment when the page has the answer of the
 * token endpoint until IndexedDB says that the new tokens are committed. `node scripts/crash-window.ts` writes the figures
 * into `docs/crash-window.json` and into the table of `docs/crash-window.md`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import type * as Core from '../src/core/index.ts'
import { findBrowser } from './browsers.ts'

const rounds = 40
const root = fileURLToPath(new URL('..', import.meta.url))
const page = `<!doctype html><meta charset="utf-8"><script type="importmap">
{ "imports": { "jwt-decode": "/node_modules/jwt-decode/build/esm/index.js" } }</script>`

let serial = 0
const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname
  if (path === '/token') {
    serial++
    const body = JSON.stringify({ access_token: `a${serial}`, refresh_token: `r${serial}`, expires_in: 1 })
    return response.setHeader('content-type', 'application/json').end(body)
  }
  if (path === '/') return response.setHeader('content-type', 'text/html').end(page)
  if (path === '/favicon.ico') return response.writeHead(204).end()
  const text = readFileSync(join(root, path), 'utf8')
  response.setHeader('content-type', 'text/javascript').end(path.endsWith('.ts') ? stripTypeScriptTypes(text) : text)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const executablePath = findBrowser('chromium')
if (!executablePath) throw new Error('Chromium is not installed. Install it (Debian: apt-get install chromium).')
const profile = mkdtempSync(join(tmpdir(), 'authed-chromium-'))
const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  args: ['--no-sandbox', '--disable-gpu'],
})

/** Refreshes `count` times; in milliseconds, from the answer to the commit. */
async function measure(count: number) {
  const { createAuthClient, indexedDbStorage, jsonTokenEndpoint } = (await import(
    '/src/core/index.ts' as string
  )) as typeof Core
  const storage = indexedDbStorage()
  const windows: number[] = []
  let answeredAt = 0
  const client = createAuthClient({
    endpoint: jsonTokenEndpoint({ signIn: '/token', refresh: '/token' }),
    fetch: async (...request) => {
      const response = await fetch(...request)
      answeredAt = performance.now()
      return response
    },
    storage: {
      ...storage,
      swap: async (...access) => {
        const hit = await storage.swap?.(...access)
        windows.push(performance.now() - answeredAt)
        return hit === true
      },
    },
  })
  await client.signIn({})
  for (let round = 0; round < count; round++) {
    // Until the token is dead.
    await new Promise((resolve) => setTimeout(resolve, 1_005))
    await client.getAccessToken()
  }
  return windows
}

function summaryOf(processor: string, windows: number[]) {
  const sorted = windows.toSorted((one, other) => one - other)
  const at = (share: number) => {
    const window = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
    return Number(window.toFixed(window < 10 ? 1 : 0))
  }
  return { processor, median: at(0.5), most: at(0.95), longest: at(1) }
}

try {
  const rows: ReturnType<typeof summaryOf>[] = []
  for (const slowdown of [1, 4, 20]) {
    const tab = await context.newPage()
    const session = await context.newCDPSession(tab)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    await tab.goto(origin)
    const processor = slowdown === 1 ? 'as it is' : `slowed down ${slowdown} times`
    rows.push(summaryOf(processor, await tab.evaluate(measure, rounds)))
    await tab.close()
  }
  console.table(rows)
  const browser = `Chromium ${context.browser()?.version().split('.')[0] ?? ''}`
  writeFileSync(join(root, 'docs/crash-window.json'), `${JSON.stringify({ browser, rounds, rows }, undefined, 2)}\n`)
  const path = join(root, 'docs/crash-window.md')
  const lines = rows.map(({ processor, ...times }) => {
    const cells = Object.values(times).map((time) => `${time < 10 ? time.toFixed(1) : time} ms`)
    return `| ${[processor, ...cells].join(' | ')} |`
  })
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace(/(\| processor \|.*\n\|[-|]+\n)(?:\|.*\n)+/, `$1${lines.join('\n')}\n`))
} finally {
  await context.close()
  server.close()
  rmSync(profile, { recursive: true, force: true })
}
