import { type RunningServer, startServer } from '../../demo/server.ts'
import type { TokenServerOptions } from '../../src/testing/index.ts'
import { plainHost } from './engines/call.ts'
import { startSite } from './site.ts'

/** The token API and the site, with one clock that tests can move. */
export type World = Awaited<ReturnType<typeof createWorld>>

/** Starts a token API with strict rotation and the page that signs in to it. */
export async function createWorld(options: TokenServerOptions = {}) {
  let offset = 0
  const api: RunningServer = await startServer({ clock: { now: () => Date.now() + offset }, ...options })
  const site = await startSite(() => ({ api: api.url, offset }))
  return {
    api,
    server: api.server,
    /** The address of the page; on the plain host it is no secure context. */
    page: (search = '', host: 'local' | 'plain' = 'local') =>
      `http://${host === 'plain' ? plainHost : '127.0.0.1'}:${site.port}/${search}`,
    blank: `http://127.0.0.1:${site.port}/blank`,
    /** Moves the API's clock on and returns the offset to which the pages' clocks go. */
    passTime(duration: number) {
      offset += duration
      return offset
    },
    async close() {
      await site.close()
      await api.close()
    },
  }
}
