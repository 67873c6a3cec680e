import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { ada, createApi } from './api.ts'

const credentials = { username: ada.email, password: ada.password }
const notValid = (detail: string) => ({ status: 401, body: { detail, code: 'token_not_valid' } })

async function signedIn(options = {}) {
  const api = createApi(options)
  const { body } = await api.post('/api/token/', credentials)
  return {
    ...api,
    ...body,
    refresh: (refresh: unknown) => api.post('/api/token/refresh/', { refresh }),
    refreshToken: body.refresh,
  }
}

describe('obtaining a pair', () => {
  it('answers access and refresh', async () => {
    const { status, body } = await createApi().post('/api/token/', credentials)
    expect([status, body]).toEqual([200, { access: expect.any(String), refresh: expect.any(String) }])
  })

  it('refuses wrong credentials without a code', async () => {
    const { status, body } = await createApi().post('/api/token/', { ...credentials, password: 'byron' })
    expect([status, body]).toEqual([401, { detail: 'No active account found with the given credentials' }])
  })

  it('names what is missing', async () => {
    const { status, body } = await createApi().post('/api/token/', {})
    const complaint = ['This field is required.']
    expect([status, body]).toEqual([400, { username: complaint, password: complaint }])
  })
})

describe('refreshing', () => {
  it.each([
    ['none', [0, 0, 0]],
    ['rotating', [0, 0, 60]],
  ] as const)('copies `iat` from the refresh token where told to, with rotation %s', async (rotation, issued) => {
    const api = await signedIn({ rotation, accessTokenIat: 'of-refresh-token' })
    const start = Math.floor(api.clock.now() / 1000)
    const tokens = [{ access: api.access, refresh: api.refreshToken }]
    for (let round = 1; round < 3; round++) {
      api.clock.sleep(60_000)
      const { body } = await api.refresh(tokens.at(-1)?.refresh)
      tokens.push({ access: body.access, refresh: body.refresh ?? api.refreshToken })
    }
    const claims = tokens.map(({ access }) => decodeJwt(access))
    expect(claims.map(({ iat = 0 }) => iat - start)).toEqual(issued)
    expect(claims.map(({ exp = 0 }) => exp - start)).toEqual([15, 75, 135])
  })

  it('answers access alone where it does not rotate', async () => {
    const { refresh, refreshToken } = await signedIn({ rotation: 'none' })
    expect((await refresh(refreshToken)).body).toEqual({ access: expect.any(String) })
  })

  it('answers both where it rotates, and blacklists the old one', async () => {
    const { refresh, refreshToken } = await signedIn()
    expect((await refresh(refreshToken)).body).toEqual({ access: expect.any(String), refresh: expect.any(String) })
    expect(await refresh(refreshToken)).toMatchObject(notValid('Token is blacklisted'))
  })

  it('tells garbage, an access token and an expired one apart', async () => {
    const { refresh, refreshToken, access, clock } = await signedIn({ refreshTokenLifetime: 60_000 })
    expect(await refresh('nonsense')).toMatchObject(notValid('Token is invalid'))
    expect(await refresh(access)).toMatchObject(notValid('Token has wrong type'))
    clock.sleep(60_000)
    expect(await refresh(refreshToken)).toMatchObject(notValid('Token is expired'))
  })

  it.each([
    [undefined, 'This field is required.'],
    [null, 'This field may not be null.'],
  ])('complains about %o', async (refresh, complaint) => {
    const { status, body } = await createApi().post('/api/token/refresh/', { refresh })
    expect([status, body]).toEqual([400, { refresh: [complaint] }])
  })
})

describe('verifying', () => {
  it('takes tokens of both types', async () => {
    const { post, access, refreshToken } = await signedIn()
    for (const token of [access, refreshToken]) {
      expect(await post('/api/token/verify/', { token })).toMatchObject({ status: 200, body: {} })
    }
  })

  it('refuses garbage with 401 and a blacklisted token with 400', async () => {
    const { post, refreshToken } = await signedIn()
    await post('/api/token/blacklist/', { refresh: refreshToken })
    expect(await post('/api/token/verify/', { token: 'nonsense' })).toMatchObject(notValid('Token is invalid'))
    const { status, body } = await post('/api/token/verify/', { token: refreshToken })
    expect([status, body]).toEqual([400, { non_field_errors: ['Token is blacklisted'] }])
  })

  it('refuses an expired access token', async () => {
    const { post, access, clock } = await signedIn()
    clock.sleep(15_000)
    expect(await post('/api/token/verify/', { token: access })).toMatchObject(notValid('Token is expired'))
  })
})

describe('blacklisting', () => {
  it('answers 200 once, then 401', async () => {
    const { post, refreshToken } = await signedIn()
    const blacklist = () => post('/api/token/blacklist/', { refresh: refreshToken })
    expect(await blacklist()).toMatchObject({ status: 200, body: {} })
    expect(await blacklist()).toMatchObject(notValid('Token is blacklisted'))
  })

  it('wants a token', async () => {
    expect((await createApi().post('/api/token/blacklist/', {})).status).toBe(400)
  })
})

describe('a resource behind simplejwt', () => {
  const me = '/api/simplejwt/me/'

  it('answers the owner of the token', async () => {
    const { get, access } = await signedIn()
    expect((await get(me, `Bearer ${access}`)).body).toEqual({ id: 1, email: ada.email })
  })

  it.each([undefined, 'JWT token', 'bearer token'])('takes %o for no credentials', async (authorization) => {
    const { status, body } = await createApi().get(me, authorization)
    expect([status, body]).toEqual([401, { detail: 'Authentication credentials were not provided.' }])
  })

  it('refuses a header of three words', async () => {
    expect((await createApi().get(me, 'Bearer one two')).body).toMatchObject({ code: 'bad_authorization_header' })
  })

  it('tells an expired token, a refresh token and garbage apart', async () => {
    const { get, access, refreshToken, clock } = await signedIn()
    clock.sleep(15_000)
    const messages = async (token: string) => (await get(me, `Bearer ${token}`)).body
    const body = (message: string) => ({
      detail: 'Given token not valid for any token type',
      code: 'token_not_valid',
      messages: [{ token_class: 'AccessToken', token_type: 'access', message }],
    })
    expect(await messages(access)).toEqual(body('Token is expired'))
    expect(await messages(refreshToken)).toEqual(body('Token has wrong type'))
    expect(await messages('undefined')).toEqual(body('Token is invalid'))
  })
})
