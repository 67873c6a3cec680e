import { createTokenServer, defaultUsers } from 'authed/testing'
import { describe, expect, it } from 'vitest'
import { ada, createApi, grace } from './api.ts'

describe('TokenServer.expireAccessTokens', () => {
  it('lets every access token die, and no session', async () => {
    const { server, signIn, refresh, me } = createApi()
    const first = await signIn()
    server.expireAccessTokens()
    expect([await me(first.access_token), server.isActive(first.access_token)]).toEqual([401, false])
    const second = (await refresh(first.refresh_token)).body
    expect(await me(second.access_token)).toBe(200)
  })
})

describe('TokenServer.revokeSessions', () => {
  it('ends every session, and no access token', async () => {
    const { server, signIn, refresh, me } = createApi()
    const [hers, his] = [await signIn(grace), await signIn()]
    server.revokeSessions()
    expect((await refresh(hers.refresh_token)).body).toMatchObject({
      error_description: 'The refresh token is revoked.',
    })
    expect(await me(his.access_token)).toBe(200)
    expect([server.liveFamilies, server.counts.familiesRevoked]).toEqual([0, 2])
  })
})

describe('TokenServer.isActive', () => {
  it('knows neither refresh tokens nor what it never issued', async () => {
    const { server, signIn } = createApi()
    const { refresh_token } = await signIn()
    expect([server.isActive(refresh_token), server.isActive('nonsense')]).toEqual([false, false])
  })
})

describe('TokenServer.liveFamilies', () => {
  it('counts the sign-ins that can still refresh', async () => {
    const { server, signIn, clock } = createApi({ refreshTokenLifetime: 60_000 })
    await signIn()
    clock.sleep(30_000)
    await signIn(grace)
    expect(server.liveFamilies).toBe(2)
    clock.sleep(30_000)
    expect(server.liveFamilies).toBe(1)
  })
})

describe('TokenServer.log', () => {
  it('tells when, what, by whom and how it went', async () => {
    const { server, signIn, refresh, get, clock } = createApi()
    const { access_token, refresh_token } = await signIn()
    clock.sleep(1_000)
    await refresh(refresh_token)
    await refresh(refresh_token)
    await get('/api/rows?page=2', `Bearer ${access_token}`)
    await get('/api/me')
    const start = clock.now() - 1_000
    const sent = { method: 'POST', search: '', authorization: 'none', reuse: 'none' }
    expect(server.log).toEqual([
      { ...sent, at: start, kind: 'signIn', path: '/auth/login', status: 200, user: 1 },
      { ...sent, at: start + 1_000, kind: 'refresh', path: '/auth/refresh', status: 200, user: 1 },
      { ...sent, at: start + 1_000, kind: 'refresh', path: '/auth/refresh', status: 400, reuse: 'detected' },
      {
        at: start + 1_000,
        kind: 'resource',
        method: 'GET',
        path: '/api/rows',
        search: '?page=2',
        status: 200,
        user: 1,
        authorization: 'sent',
        reuse: 'none',
      },
      {
        at: start + 1_000,
        kind: 'resource',
        method: 'GET',
        path: '/api/me',
        search: '',
        status: 401,
        authorization: 'none',
        reuse: 'none',
      },
    ])
  })

  it('holds no token', async () => {
    const { server, signIn, refresh, get } = createApi()
    const { access_token, refresh_token } = await signIn()
    await refresh(refresh_token)
    await get('/api/me', `Bearer ${access_token}`)
    const everything = JSON.stringify([server, server.log, server.counts])
    for (const token of [access_token, refresh_token]) expect(everything).not.toContain(token)
  })

  it('leaves preflights and unknown paths out', async () => {
    const { server, send } = createApi()
    await send('/api/me', { method: 'OPTIONS' })
    await send('/nowhere')
    expect(server.log).toEqual([])
  })
})

describe('TokenServer.counts', () => {
  it('sums up by kind', async () => {
    const { server, signIn, post, get } = createApi()
    const { refresh_token } = await signIn()
    await post('/api/user/token-verify/', { refresh_token })
    await post('/auth/logout', { refresh_token })
    await get('/api/me')
    expect(server.counts).toEqual({
      signIns: 1,
      refreshes: 0,
      revocations: 1,
      verifications: 1,
      resources: 1,
      unauthorized: 1,
      reuseDetections: 0,
      familiesRevoked: 1,
    })
  })
})

describe('createTokenServer', () => {
  it('knows users of its own by default, and others where they are given', async () => {
    expect(defaultUsers.map(({ id }) => id)).toEqual([1, 2, 3])
    const mary = { id: 7, name: 'Mary Shelley', email: 'mary@example.com', password: 'frankenstein' }
    const { post } = createApi({ users: [mary] })
    expect((await post('/auth/login', ada)).status).toBe(401)
    expect((await post('/auth/login', mary)).body).toMatchObject({ user_id: 7 })
  })

  it("goes by the system's clock and timers by default", async () => {
    const server = createTokenServer()
    const before = Date.now()
    server.fail({ type: 'delay', delay: 1 })
    await server.fetch(new Request('https://api.test/api/me'))
    expect(server.log[0]?.at).toBeGreaterThanOrEqual(before)
  })

  it('shares nothing with another server', async () => {
    const [one, other] = [createApi(), createApi()]
    const { access_token } = await one.signIn()
    expect(await other.me(access_token)).toBe(401)
  })
})
