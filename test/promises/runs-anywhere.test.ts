import { AuthProvider, createAuthClient, SignedIn, useAccessToken } from 'authed'
import { createTokenServer } from 'authed/testing'
import { createElement, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ada, api, endpoint } from './world.ts'

const denied = () => {
  throw new DOMException('The document is sandboxed and lacks the allow-same-origin flag.', 'SecurityError')
}
const denyProperty = (name: string) => Object.defineProperty(globalThis, name, { get: denied, configurable: true })

/** What each place lacks or denies. */
const places: [string, () => void][] = [
  ['Node', () => {}],
  [
    'a sandboxed frame, where even reading a property throws',
    () => {
      for (const name of ['localStorage', 'sessionStorage', 'caches']) denyProperty(name)
      vi.stubGlobal('indexedDB', { open: denied })
      vi.stubGlobal('navigator', { locks: { request: async () => denied() }, onLine: true })
    },
  ],
  [
    'plain http, without locks, subtle and randomUUID',
    () => {
      vi.stubGlobal('navigator', { onLine: true })
      vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    },
  ],
  [
    'a scripting sandbox without DOM, channel, storage and random numbers',
    () => {
      for (const name of ['navigator', 'BroadcastChannel', 'indexedDB', 'crypto']) vi.stubGlobal(name, undefined)
    },
  ],
]

afterEach(() => {
  vi.unstubAllGlobals()
  for (const name of ['localStorage', 'sessionStorage', 'caches']) Reflect.deleteProperty(globalThis, name)
})

describe('promise 9: it runs anywhere', () => {
  it.each(places)('is imported, signs in, refreshes and signs out in %s', async (_, enter) => {
    const server = createTokenServer({ accessTokenFormat: 'opaque' })
    const fetch: typeof globalThis.fetch = (input, init) => server.fetch(new Request(input, init))
    // The server's own ids are made with the real thing; only the client lives in the strange place.
    const real = globalThis.crypto
    const elsewhere: typeof globalThis.fetch = async (input, init) => {
      const strange = globalThis.crypto
      Object.defineProperty(globalThis, 'crypto', { value: real, configurable: true, writable: true })
      try {
        return await fetch(input, init)
      } finally {
        Object.defineProperty(globalThis, 'crypto', { value: strange, configurable: true, writable: true })
      }
    }
    enter()
    vi.resetModules()
    const { createAuthClient: fresh } = await import('authed/core')
    const client = fresh({ endpoint, fetch: elsewhere })
    const unmount = client.mount()
    await client.signIn(ada)
    const token = client.peekAccessToken()
    await client.refresh()
    expect(client.peekAccessToken()).not.toBe(token)
    expect((await client.fetch(`${api}/api/me`)).status).toBe(200)
    await client.signOut()
    expect(client.getState().status).toBe('unauthenticated')
    unmount()
  })

  it('renders on a server, pending, without touching anything', () => {
    const client = createAuthClient({ endpoint })
    const Status = () => createElement('p', null, useAccessToken().status)
    const app = createElement(
      StrictMode,
      null,
      createElement(AuthProvider, { client }, createElement(Status), createElement(SignedIn, null, 'secret')),
    )
    expect(renderToString(app)).toBe('<p>pending</p>')
    expect(client.inspect().timeline).toEqual([])
  })
})
