import { describe, expect, it } from 'vitest'
import { ada, createApi } from './api.ts'

const user = {
  first_name: 'Ada Lovelace',
  username: 'ada@example.com',
  is_staff: false,
  id: 1,
  language: 'en',
  email_notification_frequency: 'instant',
  email_verified: true,
  completed_onboarding: true,
  completed_guided_tours: [],
}
const alan = { email: 'alan@example.com', password: 'turing' }
const invalid = { error: 'ERROR_INVALID_REFRESH_TOKEN', detail: 'Refresh token is expired or invalid.' }

async function signedIn(options = {}) {
  const api = createApi(options)
  const { body } = await api.post('/api/user/token-auth/', ada)
  return {
    ...api,
    tokens: body,
    rows: (table: number, search = '') =>
      api.get(`/api/database/rows/table/${table}/${search}`, `JWT ${body.access_token}`),
  }
}

describe('token-auth', () => {
  it('answers the tokens, the deprecated copy and the user', async () => {
    const { tokens } = await signedIn()
    expect(tokens).toEqual({
      token: tokens.access_token,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      user_session: expect.any(String),
      user,
    })
  })

  it('takes the deprecated name of the email', async () => {
    const answer = await createApi().post('/api/user/token-auth/', { username: ada.email, password: ada.password })
    expect(answer.status).toBe(200)
  })

  it('refuses wrong credentials', async () => {
    const { status, body } = await createApi().post('/api/user/token-auth/', { ...ada, password: 'byron' })
    const detail = 'No active account found with the given credentials.'
    expect([status, body]).toEqual([401, { error: 'ERROR_INVALID_CREDENTIALS', detail }])
  })

  it('names what is missing', async () => {
    const { status, body } = await createApi().post('/api/user/token-auth/', {})
    const complaint = ['This field is required.']
    expect([status, body]).toEqual([400, { email: complaint, password: complaint }])
  })

  it('misses its trailing slash', async () => {
    const { status, body } = await createApi().post('/api/user/token-auth', ada)
    expect([status, body]).toMatchObject([404, { error: 'URL_TRAILING_SLASH_MISSING' }])
  })
})

describe('the second factor', () => {
  it('is asked for with 200 and no access token', async () => {
    const { status, body } = await createApi().post('/api/user/token-auth/', alan)
    expect([status, body]).toEqual([200, { two_factor_auth: 'totp', token: expect.any(String) }])
  })

  it('signs in with the right code', async () => {
    const { post, server } = createApi()
    const { token } = (await post('/api/user/token-auth/', alan)).body
    const verify = (code: string, authorization: string) =>
      post('/api/two-factor-auth/verify/', { email: alan.email, code }, { authorization })
    const failed = { status: 401, body: { error: 'ERROR_TWO_FACTOR_AUTH_VERIFICATION_FAILED' } }
    expect(await verify('000000', `Bearer ${token}`)).toMatchObject(failed)
    expect(await verify('123456', `JWT ${token}`)).toMatchObject(failed)
    expect(server.liveFamilies).toBe(0)
    expect(await verify('123456', `Bearer ${token}`)).toMatchObject({ status: 200, body: { user: { id: 3 } } })
  })

  it('is unknown of somebody who has none', async () => {
    const { status, body } = await createApi().post('/api/two-factor-auth/verify/', { email: ada.email, code: '1' })
    expect([status, body]).toMatchObject([404, { error: 'ERROR_TWO_FACTOR_AUTH_TYPE_DOES_NOT_EXIST' }])
  })
})

describe('token-refresh', () => {
  it('answers no refresh token where it does not rotate', async () => {
    const { post, tokens } = await signedIn({ rotation: 'none' })
    const { status, body } = await post('/api/user/token-refresh/', { refresh_token: tokens.refresh_token })
    expect([status, body]).toEqual([200, { token: body.access_token, access_token: expect.any(String), user }])
  })

  it('answers the next refresh token where it rotates', async () => {
    const { post, tokens } = await signedIn()
    const { body } = await post('/api/user/token-refresh/', { refresh_token: tokens.refresh_token })
    expect(body.refresh_token).not.toBe(tokens.refresh_token)
  })

  it('takes the deprecated name of the refresh token', async () => {
    const { post, tokens } = await signedIn()
    expect((await post('/api/user/token-refresh/', { token: tokens.refresh_token })).status).toBe(200)
  })

  it.each([{ refresh_token: 'nonsense' }, {}])('refuses %o', async (sent) => {
    const { status, body } = await createApi().post('/api/user/token-refresh/', sent)
    expect([status, body]).toEqual([401, invalid])
  })

  it('refuses a spent, a revoked and an access token alike', async () => {
    const { post, tokens } = await signedIn()
    const refresh = (refresh_token: string) => post('/api/user/token-refresh/', { refresh_token })
    expect((await refresh(tokens.access_token)).body).toEqual(invalid)
    const next = await refresh(tokens.refresh_token)
    expect((await refresh(tokens.refresh_token)).body).toEqual(invalid)
    expect((await refresh(next.body.refresh_token)).body).toEqual(invalid)
  })
})

describe('token-verify', () => {
  it('tells whose refresh token it is, without tokens and without spending it', async () => {
    const { post, tokens, server } = await signedIn()
    const { status, body } = await post('/api/user/token-verify/', { refresh_token: tokens.refresh_token })
    expect([status, body]).toEqual([200, { user }])
    expect((await post('/api/user/token-refresh/', { refresh_token: tokens.refresh_token })).status).toBe(200)
    expect(server.counts.verifications).toBe(1)
  })

  it('refuses an access token and a spent refresh token', async () => {
    const { post, tokens } = await signedIn()
    const verify = (refresh_token: string) => post('/api/user/token-verify/', { refresh_token })
    expect(await verify(tokens.access_token)).toMatchObject({ status: 401, body: invalid })
    await post('/api/user/token-refresh/', { refresh_token: tokens.refresh_token })
    expect(await verify(tokens.refresh_token)).toMatchObject({ status: 401, body: invalid })
  })
})

describe('token-blacklist', () => {
  it('ends the session, but no access token', async () => {
    const { post, tokens, rows } = await signedIn()
    const blacklist = (refresh_token?: string) => post('/api/user/token-blacklist/', { refresh_token })
    expect(await blacklist(tokens.refresh_token)).toMatchObject({ status: 204, body: undefined })
    expect((await rows(1)).status).toBe(200)
    expect(await blacklist(tokens.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'ERROR_REFRESH_TOKEN_ALREADY_BLACKLISTED' },
    })
  })

  it('refuses a token that it does not know, and a body without one', async () => {
    const { post } = createApi()
    const unknown = await post('/api/user/token-blacklist/', { refresh_token: 'nonsense' })
    expect([unknown.status, unknown.body]).toEqual([401, invalid])
    const missing = await post('/api/user/token-blacklist/', {})
    const detail = { refresh_token: [{ error: 'This field is required.', code: 'required' }] }
    expect([missing.status, missing.body]).toEqual([400, { error: 'ERROR_REQUEST_BODY_VALIDATION', detail }])
  })
})

describe("Baserow's rows", () => {
  it('are pages of a thousand, a hundred each', async () => {
    const { status, body } = await (await signedIn()).rows(1)
    expect(status).toBe(200)
    expect(body).toMatchObject({ count: 1000, previous: null, results: { length: 100 } })
    expect(body.next).toBe('https://api.test/api/database/rows/table/1/?page=2')
  })

  it.each(['Bearer', 'jwt', 'Token'])('count the scheme %s as no credentials', async (scheme) => {
    const { get, tokens } = await signedIn()
    const { status, body } = await get('/api/database/rows/table/1/', `${scheme} ${tokens.access_token}`)
    expect([status, body]).toEqual([401, { detail: 'Authentication credentials were not provided.' }])
  })

  it.each([undefined, ''])('refuse a request without credentials: %o', async (authorization) => {
    const { status, body } = await createApi().get('/api/database/rows/table/1/', authorization)
    expect([status, body]).toEqual([401, { detail: 'Authentication credentials were not provided.' }])
  })

  it('refuse a header of three words', async () => {
    const { body } = await createApi().get('/api/database/rows/table/1/', 'JWT one two')
    expect(body).toMatchObject({ code: 'bad_authorization_header' })
  })

  it('refuse a dead token by its code', async () => {
    const { rows, clock } = await signedIn()
    clock.sleep(15_000)
    const detail = 'Access token is expired or invalid.'
    expect(await rows(1)).toMatchObject({ status: 401, body: { error: 'ERROR_INVALID_ACCESS_TOKEN', detail } })
  })

  it.each([
    [999, '', 401, 'ERROR_NO_PERMISSION_TO_TABLE'],
    [404, '', 404, 'ERROR_TABLE_DOES_NOT_EXIST'],
    [1, '?size=201', 400, 'ERROR_PAGE_SIZE_LIMIT'],
    [1, '?order_by=Nothing', 400, 'ERROR_ORDER_BY_FIELD_NOT_FOUND'],
  ])('of table %i%s are refused with %i %s', async (table, search, status, error) => {
    expect(await (await signedIn()).rows(table, search)).toMatchObject({ status, body: { error } })
  })

  it('have names, or ids where names are not wanted', async () => {
    const { rows } = await signedIn()
    const fieldsOf = async (search: string) => Object.keys((await rows(1, search)).body.results[0] ?? {})
    const names = ['id', 'order', 'Name', 'Email', 'City', 'Amount', 'Date', 'Status', 'Owner']
    expect(await fieldsOf('?user_field_names=true')).toEqual(names)
    expect(await fieldsOf('?user_field_names')).toEqual(names)
    const ids = [1, 2, 3, 4, 5, 6, 7].map((id) => `field_${id}`)
    expect(await fieldsOf('?user_field_names=false')).toEqual(['id', 'order', ...ids])
  })
})
