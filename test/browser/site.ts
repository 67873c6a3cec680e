import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import type { Surroundings } from './page/lab.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const document = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>authed</title>
<body><script type="module" crossorigin src="/main.js"></script></body>`
const blank = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>elsewhere</title>'

/** Bundles the page with the library, from its sources as the aliases of the project's configuration name them. */
async function bundle(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: [
        { find: /^authed$/, replacement: here('../../src/index.ts') },
        { find: /^authed\/(\w+)$/, replacement: `${here('../../src')}/$1/index.ts` },
      ],
    },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, lib: { entry: here('page/main.tsx'), formats: ['es'], fileName: 'main' } },
  })
  const { output: chunks } = [output].flat()[0] as Rolldown.RolldownOutput
  return chunks[0].code
}

let bundling: Promise<string> | undefined

/** Serves the page on 127.0.0.1. */
export async function startSite(surroundings: () => Surroundings) {
  bundling ??= bundle()
  const script = await bundling
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site')
    const send = (type: string, body: string) => {
      response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' })
      response.end(body)
    }
    if (pathname === '/') return send('text/html', document)
    if (pathname === '/blank') return send('text/html', blank)
    if (pathname === '/main.js') return send('text/javascript', script)
    if (pathname === '/surroundings') return send('application/json', JSON.stringify(surroundings()))
    if (pathname === '/pause') {
      await pause(Number(searchParams.get('duration')))
      return send('text/plain', '')
    }
    response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    close() {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
