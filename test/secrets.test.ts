import { inspect } from 'node:util'
import { isAuthError } from 'authed/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ada, api, createWorld, grace, settle, watch } from './promises/world.ts'

const consoles = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const

describe('everything that the package emits', () => {
  const printed: unknown[] = []
  beforeEach(() => {
    for (const name of consoles) vi.spyOn(console, name).mockImplementation((...words) => void printed.push(words))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    printed.length = 0
  })

  /** Text in every form in which it could get into a log, hidden members and causes included. */
  const everyForm = (value: unknown): string => {
    const error =
      value instanceof Error
        ? [value.stack, value.message, everyForm(value.cause), JSON.stringify(value, Object.getOwnPropertyNames(value))]
        : []
    return [
      inspect(value, { depth: 20, showHidden: true, getters: true }),
      JSON.stringify(value),
      String(value),
      ...error,
    ].join('\n')
  }

  it.each(['opaque', 'jwt'] as const)(
    'holds no text of %s tokens over a long and troubled life',
    async (accessTokenFormat) => {
      const world = createWorld({ accessTokenFormat })
      const { clock, server, tabs, sent, openTab } = world
      const emitted: unknown[] = []
      const tokens = new Set<string>()
      const refusals: unknown[] = []
      const learn = () => {
        for (const text of tabs.stored.values()) {
          const { accessToken, refreshToken } = JSON.parse(text)
          for (const token of [accessToken, refreshToken]) if (token) tokens.add(token)
        }
      }
      // A JWT is signed off the event loop, and no fake clock knows for how long.
      let underWay = 0
      const fetch: typeof globalThis.fetch = async (...request) => {
        underWay++
        try {
          return await world.fetch(...request)
        } finally {
          underWay--
        }
      }
      const open = [openTab({ fetch }), openTab({ fetch })]
      for (const { client } of open) {
        client.subscribe(() => {
          learn()
          emitted.push({ ...client.getState() }, client.inspect())
        })
      }
      const [one, other] = open.map(({ client }) => client) as [(typeof open)[0]['client'], (typeof open)[0]['client']]
      const attempt = async (work: Promise<unknown>) => {
        const seen = watch(work)
        for (let turn = 0; turn < 40 && seen.state === 'waiting'; turn++) {
          await clock.advance(1_000)
          while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, 1))
        }
        if (seen.error) refusals.push(seen.error)
        learn()
      }

      await attempt(one.signIn({ ...ada, password: 'wrong' }))
      await attempt(one.signIn(ada))
      await attempt(one.fetch(`${api}/api/rows`))
      await attempt(one.fetch('https://evil.test/'))
      for (const status of [400, 401, 403, 429, 500]) {
        clock.sleep(60_000)
        // A server that throws the refresh token back at the client, in every field that it reads.
        const echo = [...tokens].at(-1)
        const body = JSON.stringify({
          error: `bad ${echo}`,
          error_description: `the token ${echo} is bad`,
          detail: echo,
        })
        server.fail({ type: 'status', status, body, on: 'refresh' })
        await attempt(one.getAccessToken())
        await attempt(one.signIn(status % 2 ? grace : ada))
      }
      server.fail({ type: 'replace', body: `<html>${[...tokens].at(-1)}</html>`, on: 'refresh' })
      clock.sleep(60_000)
      await attempt(Promise.all([one.getAccessToken(), other.getAccessToken()]))
      server.fail({ type: 'drop', when: 'before', on: 'refresh' })
      await attempt(other.refresh())
      server.expireAccessTokens()
      await attempt(other.fetch(`${api}/api/rows`))
      tabs.setStorage('full')
      await attempt(one.refresh())
      await attempt(one.signOut())
      await settle()

      expect(tokens.size).toBeGreaterThan(8)
      expect(refusals.filter(isAuthError).length).toBeGreaterThan(5)
      expect(emitted.length).toBeGreaterThan(50)
      const urls = sent.map(({ url }) => url)
      const text = [...emitted, ...refusals, printed, urls, tabs.messages].map(everyForm).join('\n')
      for (const token of tokens) {
        expect(text.includes(token)).toBe(false)
        // Nor a JWT's signature or payload by themselves.
        for (const part of token
          .split('.')
          .filter((each) => each.length > 20)
          .slice(1))
          expect(text.includes(part)).toBe(false)
      }
      expect(printed).toEqual([])
    },
  )

  it('holds no token where an endpoint of one’s own throws all that it knows', async () => {
    const { clock, openTab } = createWorld()
    const { client } = openTab({
      endpoint: {
        signIn: async () => ({ accessToken: 'first-access', refreshToken: 'first-refresh', expiresIn: 60_000 }),
        refresh: async (refreshToken) => {
          const error = new TypeError(`Request failed: ${refreshToken}`, { cause: { refreshToken } })
          throw Object.assign(error, { config: { data: JSON.stringify({ refreshToken }) } })
        },
      },
      retry: false,
    })
    await client.signIn(ada)
    clock.sleep(60_000)
    const error = await client.getAccessToken().catch((reason) => reason)
    expect(error).toMatchObject({ code: 'network', cause: { name: 'TypeError' } })
    expect(error.cause.message).toMatch(/^Request failed: /)
    expect([error, client.getState(), client.inspect()].map(everyForm).join()).not.toContain('first-')
  })

  it('holds no token that no header can carry', async () => {
    const { openTab } = createWorld()
    const { client } = openTab()
    const error = await client.setTokens({ accessToken: 'strange\nsecret' }).catch((reason) => reason)
    expect(error.code).toBe('invalid_response')
    expect(everyForm(error)).not.toMatch(/strange|nsecret/)
  })
})
