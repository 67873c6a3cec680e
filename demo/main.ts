/** The demo: the token API over HTTP, and the app by Vite, each under its own origin. */
import { createServer } from 'vite'
import type { TokenServer, TokenServerOptions } from '../src/testing/index.ts'
import { type RunningServer, startServer } from './server.ts'

/** A demo that listens. */
export interface RunningDemo {
  /** Where the app is. */
  url: string
  /** Where the token API is. */
  apiUrl: string
  /** The token API itself, to look at and to steer. */
  server: TokenServer
  close(): Promise<void>
}

/** How the demo is run: its ports, 0 for a free one, and whatever the token API takes. */
export interface DemoOptions extends TokenServerOptions {
  /** Default 5173, or the next free one. */
  port?: number
  /** Default 4010, or any free one. */
  apiPort?: number
}

/** Starts the API and the app. */
export async function startDemo({ port = 5173, apiPort = 4010, ...options }: DemoOptions = {}): Promise<RunningDemo> {
  const serverOptions = { refreshTokenLifetime: 12 * 3_600_000, ...options }
  const api = await startServer({ port: apiPort, ...serverOptions }).catch(
    (error): Promise<RunningServer> =>
      error.code === 'EADDRINUSE' ? startServer({ port: 0, ...serverOptions }) : Promise.reject(error),
  )
  const app = await createServer({
    configFile: new URL('vite.config.ts', import.meta.url).pathname,
    logLevel: 'warn',
    server: { port, host: '127.0.0.1' },
    define: { 'import.meta.env.VITE_API_URL': JSON.stringify(api.url) },
  })
  await app.listen()
  return {
    url: app.resolvedUrls?.local[0] ?? `http://127.0.0.1:${port}/`,
    apiUrl: api.url,
    server: api.server,
    async close() {
      await app.close()
      await api.close()
    },
  }
}

if (process.argv[1] === import.meta.filename) {
  const demo = await startDemo({
    port: Number(process.env.PORT ?? 5173),
    apiPort: Number(process.env.API_PORT ?? 4010),
  })
  console.log(`
  authed, the demo. Tokens live ${demo.server.options.accessTokenLifetime / 1000} seconds.

    App        ${demo.url}
    Token API  ${demo.apiUrl}

  Open the app in two tabs. Ctrl+C ends it.
`)
  const end = async () => {
    await demo.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end)
}
