import { isDropped } from 'authed/testing'
import { describe, expect, it } from 'vitest'
import { ada, createApi } from './api.ts'

describe('TokenServer.fail', () => {
  it('answers with a status instead, as often as it says, and does not act', async () => {
    const { server, signIn, refresh } = createApi()
    const { refresh_token } = await signIn()
    server.fail({ type: 'status', on: 'refresh', status: 503, times: 2, headers: { 'Retry-After': '2' }, body: '{}' })
    const first = await refresh(refresh_token)
    expect([first.status, first.headers.get('retry-after'), first.body]).toEqual([503, '2', {}])
    expect(server.faultsLeft).toBe(1)
    expect((await refresh(refresh_token)).status).toBe(503)
    expect((await refresh(refresh_token)).status).toBe(200)
    expect([server.faultsLeft, server.counts.reuseDetections]).toEqual([0, 0])
  })

  it('strikes in the order in which the faults were given', async () => {
    const { server, get } = createApi()
    server.fail({ type: 'status', status: 500 }, { type: 'status', status: 429 })
    expect([(await get('/api/me')).status, (await get('/api/me')).status]).toEqual([500, 429])
  })

  it('strikes only the kind and the path that it names', async () => {
    const { server, get, post } = createApi()
    server.fail({ type: 'status', on: 'resource', path: '/api/me', status: 500 })
    expect((await post('/auth/login', ada)).status).toBe(200)
    expect((await get('/api/rows')).status).toBe(401)
    expect((await get('/api/me')).status).toBe(500)
  })

  it('tells a sign-in from a refresh under one path', async () => {
    const { server, form } = createApi()
    server.fail({ type: 'status', on: 'signIn', status: 500 })
    expect((await form('/oauth/token', { grant_type: 'refresh_token', refresh_token: 'x' })).status).toBe(400)
    expect((await form('/oauth/token', { grant_type: 'password' })).status).toBe(500)
  })

  it('answers without a body where none may be', async () => {
    const { server, get } = createApi()
    server.fail({ type: 'status', status: 204 })
    expect(await get('/api/me')).toMatchObject({ status: 204, body: undefined })
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('drops the connection %s the server has acted', async (when, families) => {
    const { server, post } = createApi()
    server.fail({ type: 'drop', when })
    const error = await post('/auth/login', ada).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(TypeError)
    expect(isDropped(error)).toBe(true)
    expect(server.liveFamilies).toBe(families)
    expect(server.log).toMatchObject([{ kind: 'signIn', status: 0 }])
  })

  it('spends the refresh token of an answer that is dropped', async () => {
    const { server, signIn, refresh } = createApi()
    const { refresh_token } = await signIn()
    server.fail({ type: 'drop', when: 'after' })
    await expect(refresh(refresh_token)).rejects.toThrow('Failed to fetch')
    await refresh(refresh_token)
    expect(server.counts).toMatchObject({ reuseDetections: 1, familiesRevoked: 1 })
  })

  it.each([
    ['before', [0, 1]],
    ['after', [1, 1]],
  ] as const)('answers late, and acts %s the wait', async (when, families) => {
    const { server, clock, post } = createApi({ accessTokenFormat: 'opaque' })
    // The delay comes `before` the act or `after` it.
    server.fail({ type: 'delay', delay: 2_000, when })
    const answer = post('/auth/login', ada)
    await clock.advance(1_999)
    const early = server.liveFamilies
    await clock.advance(1)
    expect((await answer).status).toBe(200)
    expect([early, server.liveFamilies]).toEqual(families)
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('hangs %s acting until the request is given up', async (when, families) => {
    const { server, send } = createApi({ accessTokenFormat: 'opaque' })
    server.fail({ type: 'hang', when })
    const controller = new AbortController()
    const { signal } = controller
    const answer = send('/auth/login', { method: 'POST', body: JSON.stringify(ada), signal })
    await expect.poll(() => server.faultsLeft).toBe(0)
    await expect.poll(() => server.liveFamilies).toBe(families)
    controller.abort(new Error('given up'))
    await expect(answer).rejects.toThrow('given up')
  })

  it('rejects a request that was given up before it came', async () => {
    const { send } = createApi()
    await expect(send('/api/me', { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late')
  })

  it('gives a delayed request up at once, whatever the sleep', async () => {
    const { server, send } = createApi()
    server.fail({ type: 'delay', delay: 60_000 })
    const controller = new AbortController()
    const answer = send('/api/me', { signal: controller.signal })
    await expect.poll(() => server.faultsLeft).toBe(0)
    controller.abort(new Error('given up'))
    await expect(answer).rejects.toThrow('given up')
  })

  it.each(['<!doctype html><title>Welcome</title>', '', '{"message":"ok"}'])(
    'replaces an answer with %o',
    async (body) => {
      const { server } = createApi()
      server.fail({ type: 'replace', body })
      const init = { method: 'POST', body: JSON.stringify(ada), headers: { 'content-type': 'application/json' } }
      const answer = await server.fetch(new Request('https://api.test/auth/login', init))
      expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([200, 'text/html', body])
      expect(server.liveFamilies).toBe(1)
    },
  )

  it('amends an answer: other values, members left out', async () => {
    const { server, post } = createApi()
    server.fail({ type: 'amend', set: { expires_in: '15' }, omit: ['access_token', 'user_id'] })
    const { status, headers, body } = await post('/auth/login', ada)
    expect(Object.keys(body).sort()).toEqual(['expires_in', 'refresh_expires_in', 'refresh_token', 'token_type'])
    expect([status, headers.get('cache-control'), body]).toMatchObject([200, 'no-store', { expires_in: '15' }])
  })
})

describe('TokenServer.setHealth', () => {
  it('answers everything with 503, and nothing happens', async () => {
    const { server, post } = createApi()
    server.setHealth('503')
    expect((await post('/auth/login', ada)).status).toBe(503)
    expect((await post('/nowhere', {})).status).toBe(503)
    expect([server.liveFamilies, server.log.map(({ status }) => status)]).toEqual([0, [503]])
  })

  it('drops everything, preflights too', async () => {
    const { server, send, get } = createApi()
    server.setHealth('dropped')
    await expect(get('/api/me')).rejects.toThrow('Failed to fetch')
    await expect(send('/api/me', { method: 'OPTIONS' })).rejects.toThrow('Failed to fetch')
  })

  it('keeps faults for when the server is up again', async () => {
    const { server, get } = createApi()
    server.fail({ type: 'status', status: 500 })
    server.setHealth('503')
    await get('/api/me')
    server.setHealth('up')
    expect((await get('/api/me')).status).toBe(500)
  })
})

describe('TokenServer.heal', () => {
  it('brings the server up and forgets its faults', async () => {
    const { server, get } = createApi()
    server.fail({ type: 'status', status: 500, times: 9 })
    server.setHealth('dropped')
    server.heal()
    expect([(await get('/api/me')).status, server.faultsLeft]).toEqual([401, 0])
  })
})
