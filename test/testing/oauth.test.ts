import { describe, expect, it } from 'vitest'
import { ada, createApi } from './api.ts'

const password = { grant_type: 'password', username: ada.email, password: ada.password }

describe('the generic JSON endpoints', () => {
  it('answer a sign-in with everything that can be told', async () => {
    const { post } = createApi()
    const { status, headers, body } = await post('/auth/login', ada)
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 15,
      refresh_expires_in: 604_800,
      user_id: 1,
    })
  })

  it('leave lifetimes out where they are set to', async () => {
    const tokens = await createApi({ expiresIn: 'omit' }).signIn()
    expect(Object.keys(tokens).sort()).toEqual(['access_token', 'refresh_token', 'token_type', 'user_id'])
  })

  it('refuse wrong credentials', async () => {
    const { status, body } = await createApi().post('/auth/login', { ...ada, password: 'byron' })
    expect([status, body]).toEqual([401, { error: 'invalid_grant', error_description: 'Wrong email or password.' }])
  })

  it('know an email in whatever way it is written', async () => {
    const { status } = await createApi().post('/auth/login', { ...ada, email: ' ＡＤＡ@Example.com ' })
    expect(status).toBe(200)
  })

  it.each([
    ['an unknown token', 'nonsense', 400, 'invalid_grant'],
    ['no token', undefined, 400, 'invalid_request'],
    ['null', null, 400, 'invalid_request'],
  ])('refuse to refresh with %s', async (_, refresh_token, status, error) => {
    const answer = await createApi().post('/auth/refresh', { refresh_token })
    expect([answer.status, answer.body]).toMatchObject([status, { error }])
  })

  it('refuse to refresh with an access token', async () => {
    const { signIn, refresh } = createApi()
    const { access_token } = await signIn()
    expect((await refresh(access_token)).body).toMatchObject({ error_description: 'This is not a refresh token.' })
  })

  it('refuse a body that is no JSON', async () => {
    const { send } = createApi()
    expect(await send('/auth/refresh', { method: 'POST', body: '{nope' })).toMatchObject({ status: 400 })
    expect(await send('/auth/login', { method: 'POST', body: '"text"' })).toMatchObject({ status: 401 })
  })

  it('end the session at sign-out, also a second time', async () => {
    const { post, signIn, refresh } = createApi()
    const { refresh_token } = await signIn()
    expect(await post('/auth/logout', { refresh_token })).toMatchObject({ status: 204, body: undefined })
    expect(await post('/auth/logout', { refresh_token })).toMatchObject({ status: 204 })
    expect((await refresh(refresh_token)).status).toBe(400)
  })
})

describe("OAuth's form endpoints", () => {
  it('grant by password and by refresh token', async () => {
    const { form } = createApi()
    const first = await form('/oauth/token', password)
    expect([first.status, first.body]).toMatchObject([200, { token_type: 'Bearer', expires_in: 15 }])
    const second = await form('/oauth/token', { grant_type: 'refresh_token', refresh_token: first.body.refresh_token })
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token)
  })

  it.each([
    ['wrong credentials', { ...password, password: 'byron' }, 'invalid_grant'],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'nonsense' }, 'invalid_grant'],
    ['no refresh token', { grant_type: 'refresh_token' }, 'invalid_request'],
    ['an unknown grant', { grant_type: 'implicit' }, 'unsupported_grant_type'],
    ['no grant', {}, 'invalid_request'],
  ])('answer %s with 400 and a code', async (_, members, error) => {
    const { status, headers, body } = await createApi().form('/oauth/token', members as Record<string, string>)
    expect([status, body]).toEqual([400, { error, error_description: expect.any(String) }])
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('revoke a token, and answer 200 for one that is unknown', async () => {
    const { form, server } = createApi()
    const { body } = await form('/oauth/token', password)
    expect((await form('/oauth/revoke', { token: body.refresh_token })).status).toBe(200)
    expect(server.liveFamilies).toBe(0)
    expect((await form('/oauth/revoke', { token: 'nonsense' })).status).toBe(200)
  })

  it('are counted by what they are asked for', async () => {
    const { form, server } = createApi()
    const { body } = await form('/oauth/token', password)
    await form('/oauth/token', { grant_type: 'refresh_token', refresh_token: body.refresh_token })
    expect(server.counts).toMatchObject({ signIns: 1, refreshes: 1 })
  })
})

describe('the refresh token in a cookie', () => {
  const cookieOf = (headers: Headers) => headers.getSetCookie()[0]?.split(';')[0] as string

  it('is out of reach of scripts and not in the body', async () => {
    const { post } = createApi({ refreshTokenIn: 'cookie' })
    const { headers, body } = await post('/auth/login', ada)
    expect(body).not.toHaveProperty('refresh_token')
    const [cookie] = headers.getSetCookie()
    expect(cookie).toMatch(/^refresh_token=[^;]+; HttpOnly; SameSite=Lax; Path=\/; Max-Age=604800; Secure$/)
  })

  it('refreshes without a word in the body, and rotates', async () => {
    const { post } = createApi({ refreshTokenIn: 'cookie' })
    const first = cookieOf((await post('/auth/login', ada)).headers)
    const { status, headers } = await post('/auth/refresh', {}, { cookie: `theme=dark; ${first}` })
    expect(status).toBe(200)
    expect(cookieOf(headers)).not.toBe(first)
    expect((await post('/auth/refresh', {}, { cookie: first })).status).toBe(400)
  })

  it('lasts as long as the browser where it never expires', async () => {
    const { post } = createApi({ refreshTokenIn: 'cookie', refreshTokenLifetime: Number.POSITIVE_INFINITY })
    expect((await post('/auth/login', ada)).headers.getSetCookie()[0]).not.toContain('Max-Age')
  })

  it('is taken away at sign-out', async () => {
    const { post, server } = createApi({ refreshTokenIn: 'cookie' })
    const cookie = cookieOf((await post('/auth/login', ada)).headers)
    const { headers } = await post('/auth/logout', {}, { cookie })
    expect(headers.getSetCookie()[0]).toMatch(/^refresh_token=; .*Max-Age=0/)
    expect(server.liveFamilies).toBe(0)
  })

  it('counts for nothing where the server hands out none', async () => {
    const { post, signIn } = createApi()
    const { refresh_token } = await signIn()
    expect((await post('/auth/refresh', {}, { cookie: `refresh_token=${refresh_token}` })).status).toBe(400)
  })
})
