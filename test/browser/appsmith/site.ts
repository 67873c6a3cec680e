import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { cdnFile } from '../../../demo/appsmith/cdn.ts'
import type { Plan } from './page.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const alias = [{ find: /^authed\/(\w+)$/, replacement: `${here('../../../src')}/$1/index.ts` }]
const document = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>An Appsmith page</title>
<body><script type="module" src="/page.js"></script></body>`

let bundling: Promise<string> | undefined

async function bundle(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias },
    build: { write: false, target: 'es2022', lib: { entry: here('page.ts'), formats: ['es'], fileName: 'page' } },
  })
  const { output: chunks } = [output].flat()[0] as Rolldown.RolldownOutput
  return chunks[0].code
}

/** React as a module CDN serves it: the script build, with names. */
const reactModule = async () => `
const module = { exports: {} }
new Function('exports', 'module', ${JSON.stringify(await cdnFile('react.production.min.js'))})(module.exports, module)
globalThis.React ??= module.exports
export default globalThis.React
export const { createContext, createElement, Fragment, useCallback, useContext, useDebugValue, useEffect, useMemo, useRef, useState,
  useSyncExternalStore } = globalThis.React
`

/** A module CDN puts an address in place of the bare name. */
const asModule = (text: string | undefined) => text?.replaceAll(/from\s*"react"/g, 'from"./react.mjs"')

/** Serves the page under one origin, and under another what widgets load from a CDN. */
export async function startSite(plan: () => Plan) {
  bundling ??= bundle()
  const script = await bundling
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    const send = (type: string, body: string | undefined) => {
      response.writeHead(body === undefined ? 404 : 200, {
        'content-type': `${type}; charset=utf-8`,
        'access-control-allow-origin': '*',
        'content-security-policy': "frame-ancestors 'self' *",
      })
      response.end(body)
    }
    if (pathname === '/') return send('text/html', document)
    if (pathname === '/foreign') return send('text/html', '<!doctype html><title>foreign</title>')
    if (pathname === '/page.js') return send('text/javascript', script)
    if (pathname === '/plan') return send('application/json', JSON.stringify(plan()))
    const name = pathname.replace('/cdn/', '')
    if (name === 'react.mjs') return send('text/javascript', await reactModule())
    const text = await cdnFile(name)
    return send('text/javascript', name.endsWith('.esm.js') ? asModule(text) : text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
