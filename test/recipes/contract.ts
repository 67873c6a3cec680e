import { type AuthClient, createAuthClient, jsonTokenEndpoint, memoryStorage } from 'authed/core'
import type { TokenServer } from 'authed/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../../demo/server.ts'
import { startApis } from './api.ts'

/** What a library does in these tests; each recipe writes it with the library's own words. */
export interface Library {
  /** Reads who owns the first row. */
  read(): Promise<unknown>
  /** Sends a name by POST, and resolves with the name that the API has received. */
  write(name: string): Promise<unknown>
  /** Reads until `signal` says to give up. */
  readUntil(signal: AbortSignal): Promise<unknown>
  /** The error of the session inside the library's own, where that hides it. */
  causeOf?(error: unknown): unknown
}

/** Where a library finds its API. */
export interface Place {
  client: AuthClient<{ email: string; password: string }>
  /** Rows behind Bearer tokens, and the token endpoint. */
  url: string
  /** The origin with tRPC and GraphQL. */
  apis: string
}

const ada = { email: 'ada@example.com', password: 'lovelace' }

/** What every library must do over real HTTP, once it sends its requests by `client.fetch`. */
export function describeLibrary(name: string, setUp: (place: Place) => Library): void {
  describe(`${name} over client.fetch`, () => {
    let running: RunningServer
    let apis: Awaited<ReturnType<typeof startApis>>
    let tokens: TokenServer
    let offset: number
    let client: Place['client']
    let library: Library
    /** Every request for data, whichever of the two servers answered it. */
    const answers = () => [
      ...tokens.log.filter(({ kind }) => kind === 'resource').map(({ status }) => status),
      ...apis.seen.map(({ status }) => status),
    ]
    const rejected = () => answers().filter((status) => status === 401).length

    beforeEach(async () => {
      offset = 0
      const now = () => Date.now() + offset
      running = await startServer({ clock: { now }, accessTokenLifetime: 60_000 })
      tokens = running.server
      apis = await startApis(tokens)
      client = createAuthClient({
        endpoint: jsonTokenEndpoint({ signIn: `${running.url}/auth/login`, refresh: `${running.url}/auth/refresh` }),
        allowedOrigins: [running.url, apis.url],
        storage: memoryStorage(),
        clock: {
          now,
          setTimeout: (callback, delay) => setTimeout(callback, delay),
          clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
        },
      })
      library = setUp({ client, url: running.url, apis: apis.url })
    })
    afterEach(async () => {
      await apis.close()
      await running.close()
    })
    /** Goes to sleep until the access token is dead. */
    const expire = () => {
      offset += 60_000
    }

    it('carries the access token', async () => {
      await client.signIn(ada)
      expect(await library.read()).toBe('Ada Lovelace')
      expect(answers()).toEqual([200])
    })

    it('refreshes once for a burst of twenty on an expired token, and no request is refused', async () => {
      await client.signIn(ada)
      expire()
      const owners = await Promise.all(Array.from({ length: 20 }, () => library.read()))
      expect(owners).toEqual(Array(20).fill('Ada Lovelace'))
      expect(tokens.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
      expect(answers()).toEqual(Array(20).fill(200))
    })

    it('sends a request once more after a 401, with the next token', async () => {
      await client.signIn(ada)
      tokens.expireAccessTokens()
      expect(await library.read()).toBe('Ada Lovelace')
      expect(answers()).toEqual([401, 200])
      expect(tokens.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
    })

    it('refreshes once for a burst of twenty that is refused', async () => {
      await client.signIn(ada)
      tokens.expireAccessTokens()
      const owners = await Promise.all(Array.from({ length: 20 }, () => library.read()))
      expect(owners).toEqual(Array(20).fill('Ada Lovelace'))
      expect(tokens.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
      expect(answers().filter((status) => status === 200)).toHaveLength(20)
    })

    it('keeps the body of a POST, also when it is sent twice', async () => {
      await client.signIn(ada)
      expect(await library.write('Grace – née Murray')).toBe('Grace – née Murray')
      tokens.expireAccessTokens()
      expect(await library.write('Ada, née Byron')).toBe('Ada, née Byron')
      expect(rejected()).toBe(1)
    })

    it('tells of the end of the session, and sends nothing', async () => {
      await client.signIn(ada)
      tokens.revokeSessions()
      expire()
      const error = await library.read().catch((reason: unknown) => reason)
      expect(library.causeOf ? library.causeOf(error) : error).toMatchObject({ code: 'session_ended' })
      expect(answers()).toEqual([])
    })

    it('no longer waits for who has given up', async () => {
      await client.signIn(ada)
      expire()
      tokens.fail({ type: 'hang', on: 'refresh' })
      const patience = new AbortController()
      const given = library.readUntil(patience.signal).catch((error: unknown) => error)
      await expect.poll(() => client.inspect().waiting).toBe(1)
      patience.abort()
      await given
      await expect.poll(() => client.inspect().waiting).toBe(0)
      expect(client.getState()).toMatchObject({ status: 'authenticated', refreshStatus: 'refreshing' })
      expect(answers()).toEqual([])
    })
  })
}
