import { createTokenServer } from 'authed/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createModelReader } from '../../src/appsmith/modelSession.ts'

const lifetime = 60_000
const api = 'https://api.test/api'

describe.each(['none', 'rotating'] as const)(
  'the life of tokens that carry the `iat` of a refresh token, rotation %s',
  (rotation) => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) }))
    afterEach(() => void vi.useRealTimers())

    /** A page that signs in and refreshes at a server whose clock is ahead, and hands its access tokens over. */
    const setUp = (ahead = 0) => {
      const clock = { now: () => Date.now() + ahead }
      const options = { clock, rotation, accessTokenLifetime: lifetime, accessTokenIat: 'of-refresh-token' } as const
      const server = createTokenServer(options)
      let refresh = ''
      const post = async (path: string, body: object) => {
        const request = new Request(api + path, { method: 'POST', body: JSON.stringify(body) })
        const tokens = await (await server.fetch(request)).json()
        refresh = tokens.refresh ?? refresh
        return tokens.access as string
      }
      return {
        signIn: () => post('/token/', { username: 'ada@example.com', password: 'lovelace' }),
        refresh: () => post('/token/refresh/', { refresh }),
      }
    }
    const pass = (duration: number) => void vi.setSystemTime(Date.now() + duration)

    it.each([
      ['by its own clock', 0],
      ['by a clock that is an hour ahead', 3_600_000],
      ['by a clock that is an hour behind', -3_600_000],
    ])('is that of the first, counted %s', async (_, ahead) => {
      const page = setUp(ahead)
      const read = createModelReader(({ auth }) => auth)
      const lives = [read({ auth: { accessToken: await page.signIn() } }).session]
      for (let round = 0; round < 4; round++) {
        pass(lifetime - 5_000)
        lives.push(read({ auth: { accessToken: await page.refresh() } }).session)
        expect(lives.at(-1)?.obtainedAt).toBeGreaterThan(Date.now() - 2_000)
        expect(lives.at(-1)?.expiresAt).toBe(Date.now() + lifetime)
      }
      expect(lives.map((session) => session?.revision)).toEqual([1, 2, 3, 4, 5])
    })

    it('counts from when it came where only its end is told', async () => {
      const page = setUp()
      const read = createModelReader(({ auth }) => auth)
      read({ auth: { accessToken: await page.signIn(), expiresAt: Date.now() + lifetime } })
      pass(3_600_000)
      const expiresAt = Date.now() + lifetime
      const { session } = read({ auth: { accessToken: await page.refresh(), expiresAt } })
      expect(session).toMatchObject({ obtainedAt: Date.now(), expiresAt })
    })

    it('is not longer than what is left, where the widget came after the sign-in', async () => {
      const page = setUp()
      await page.signIn()
      pass(86_400_000)
      await page.refresh()
      const read = createModelReader(({ auth }) => auth)
      read({ auth: { accessToken: await page.refresh() } })
      pass(lifetime)
      const { session } = read({ auth: { accessToken: await page.refresh() } })
      expect(session).toMatchObject({ obtainedAt: Date.now(), expiresAt: Date.now() + lifetime })
    })
  },
)
