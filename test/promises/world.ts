import { type AuthClient, type AuthClientOptions, createAuthClient, jsonTokenEndpoint } from 'authed/core'
import { createFakeClock, createTabs, createTokenServer, settle, type TokenServerOptions } from 'authed/testing'

export const api = 'https://api.test'
export const ada = { email: 'ada@example.com', password: 'lovelace' }
export const grace = { email: 'grace@example.com', password: 'hopper' }
export const endpoint = jsonTokenEndpoint<typeof ada>({
  signIn: `${api}/auth/login`,
  refresh: `${api}/auth/refresh`,
  revoke: `${api}/auth/logout`,
})

/** A strict server, a clock and a browser; every client made here is one tab. */
export function createWorld(serverOptions: TokenServerOptions = {}) {
  const clock = createFakeClock()
  const sleep = (duration: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, duration))
  // Opaque tokens need no signature, which would be made off the event loop, where no fake clock can wait for it.
  const ground = { accessTokenLifetime: 60_000, accessTokenFormat: 'opaque', rowCount: 3 } as const
  const server = createTokenServer({ clock, sleep, ...ground, ...serverOptions })
  const tabs = createTabs()
  const sent: Request[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    const request = new Request(input, init)
    sent.push(request)
    return server.fetch(request)
  }
  const openTab = (options: Partial<AuthClientOptions<typeof ada>> = {}) => {
    const tab = tabs.open()
    const client = createAuthClient({ key: 'authed', endpoint, clock, fetch, retryDelay: 1_000, ...tab, ...options })
    return { ...tab, client, unmount: client.mount() }
  }
  return { clock, server, tabs, sent, fetch, openTab }
}

/** Watches a promise without waiting for it. */
export function watch<T>(promise: Promise<T>) {
  const seen: { state: 'waiting' | 'resolved' | 'rejected'; value?: T; error?: unknown } = { state: 'waiting' }
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (error) => Object.assign(seen, { state: 'rejected', error }),
  )
  return seen
}

export const rows = async (client: AuthClient<never>) => {
  const response = await client.fetch(`${api}/api/rows`)
  return { status: response.status, body: await response.json() }
}

export { settle }
