import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { createApi, grace } from './api.ts'

describe('createTokenServer: rotation', () => {
  it('buys new tokens with each refresh token, once', async () => {
    const { signIn, refresh, server } = createApi()
    const first = await signIn()
    const second = (await refresh(first.refresh_token)).body
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(second.access_token).not.toBe(first.access_token)
    expect((await refresh(second.refresh_token)).status).toBe(200)
    expect(server.counts).toMatchObject({ signIns: 1, refreshes: 2, reuseDetections: 0, familiesRevoked: 0 })
  })

  it('revokes the whole family when a spent refresh token comes again', async () => {
    const { signIn, refresh, server } = createApi()
    const first = await signIn()
    const second = (await refresh(first.refresh_token)).body
    const reuse = await refresh(first.refresh_token)
    expect([reuse.status, reuse.body]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'The refresh token is reused.' },
    ])
    expect((await refresh(second.refresh_token)).body).toMatchObject({
      error_description: expect.stringMatching('revoked'),
    })
    expect(server.counts).toMatchObject({ reuseDetections: 1, familiesRevoked: 1 })
    expect(server.liveFamilies).toBe(0)
  })

  it('lets the other sign-ins live when one is revoked', async () => {
    const { signIn, refresh, server } = createApi()
    const [one, other, hers] = [await signIn(), await signIn(), await signIn(grace)]
    await refresh(one.refresh_token)
    await refresh(one.refresh_token)
    expect(server.liveFamilies).toBe(2)
    expect((await refresh(other.refresh_token)).status).toBe(200)
    expect((await refresh(hers.refresh_token)).status).toBe(200)
  })

  it('lets access tokens of a revoked family live until they expire', async () => {
    const { signIn, refresh, me } = createApi()
    const { access_token, refresh_token } = await signIn()
    await refresh(refresh_token)
    await refresh(refresh_token)
    expect(await me(access_token)).toBe(200)
  })

  it('lets only one of two refreshes at once buy', async () => {
    const { signIn, refresh, server } = createApi()
    const { refresh_token } = await signIn()
    const answers = await Promise.all([refresh(refresh_token), refresh(refresh_token)])
    expect(answers.map(({ status }) => status)).toEqual([200, 400])
    expect(server.counts.reuseDetections).toBe(1)
  })

  it('only refuses a spent token where reuse is set to be rejected', async () => {
    const { signIn, refresh, server } = createApi({ reuse: 'reject' })
    const first = await signIn()
    const second = (await refresh(first.refresh_token)).body
    expect((await refresh(first.refresh_token)).status).toBe(400)
    expect((await refresh(second.refresh_token)).status).toBe(200)
    expect(server.counts).toMatchObject({ reuseDetections: 1, familiesRevoked: 0 })
  })

  it('keeps the refresh token where it does not rotate', async () => {
    const { signIn, refresh, server } = createApi({ rotation: 'none' })
    const { refresh_token } = await signIn()
    const answers = await Promise.all([refresh(refresh_token), refresh(refresh_token)])
    expect(answers.map(({ body }) => body.refresh_token)).toEqual([refresh_token, refresh_token])
    expect(server.counts.reuseDetections).toBe(0)
  })
})

describe('createTokenServer: grace', () => {
  it('answers a spent token with the current refresh token until the grace is over', async () => {
    const { signIn, refresh, clock, server } = createApi({ grace: 5_000 })
    const first = await signIn()
    const second = (await refresh(first.refresh_token)).body
    const third = (await refresh(second.refresh_token)).body
    clock.sleep(4_999)
    expect((await refresh(first.refresh_token)).body.refresh_token).toBe(third.refresh_token)
    clock.sleep(1)
    expect((await refresh(first.refresh_token)).status).toBe(400)
    expect(server.counts).toMatchObject({ reuseDetections: 1, familiesRevoked: 1 })
  })

  it.each(['jwt', 'opaque'] as const)(
    'gives both of two refreshes at once whole %s tokens',
    async (accessTokenFormat) => {
      const { signIn, refresh, me } = createApi({ grace: 5_000, accessTokenFormat })
      const { refresh_token } = await signIn()
      const [one, other] = await Promise.all([refresh(refresh_token), refresh(refresh_token)])
      expect(one.body.refresh_token).toBe(other.body.refresh_token)
      expect(await Promise.all([me(one.body.access_token), me(other.body.access_token)])).toEqual([200, 200])
    },
  )
})

describe('createTokenServer: lifetimes', () => {
  it.each(['jwt', 'opaque'] as const)(
    'refuses %s access tokens once they have expired by its own clock',
    async (accessTokenFormat) => {
      const { signIn, me, clock, server } = createApi({ accessTokenFormat })
      const { access_token } = await signIn()
      clock.sleep(14_999)
      expect([await me(access_token), server.isActive(access_token)]).toEqual([200, true])
      clock.sleep(1)
      expect([await me(access_token), server.isActive(access_token)]).toEqual([401, false])
    },
  )

  it('refuses a refresh token once it has expired, and counts from each rotation anew', async () => {
    const { signIn, refresh, clock } = createApi({ refreshTokenLifetime: 60_000 })
    const first = await signIn()
    clock.sleep(59_000)
    const second = (await refresh(first.refresh_token)).body
    clock.sleep(59_000)
    const third = (await refresh(second.refresh_token)).body
    clock.sleep(60_000)
    expect((await refresh(third.refresh_token)).body).toMatchObject({
      error_description: 'The refresh token is expired.',
    })
  })

  it('tells of no expiry where refresh tokens never expire', async () => {
    const { signIn, refresh, clock } = createApi({ refreshTokenLifetime: Number.POSITIVE_INFINITY })
    const tokens = await signIn()
    expect(tokens).not.toHaveProperty('refresh_expires_in')
    expect(decodeJwt(tokens.refresh_token).exp).toBeUndefined()
    clock.sleep(365 * 86_400_000)
    expect((await refresh(tokens.refresh_token)).status).toBe(200)
  })

  it('signs JWTs that tell when they came and when they go', async () => {
    const { signIn, clock } = createApi()
    const { access_token, refresh_token } = await signIn()
    const issuedAt = Math.floor(clock.now() / 1000)
    expect(decodeProtectedHeader(access_token)).toEqual({ alg: 'HS256', typ: 'JWT' })
    expect(decodeJwt(access_token)).toMatchObject({
      token_type: 'access',
      user_id: 1,
      iat: issuedAt,
      exp: issuedAt + 15,
    })
    expect(decodeJwt(refresh_token)).toMatchObject({ token_type: 'refresh', user_id: 1, exp: issuedAt + 7 * 86_400 })
  })

  it('hands out tokens that nobody can read where they are opaque', async () => {
    const { access_token, refresh_token } = await createApi({ accessTokenFormat: 'opaque' }).signIn()
    expect(() => decodeJwt(access_token)).toThrow()
    expect(() => decodeJwt(refresh_token)).toThrow()
  })

  it('takes a changed lifetime for the tokens that it issues from then on', async () => {
    const { server, signIn } = createApi()
    const before = await signIn()
    server.options.accessTokenLifetime = 60_000
    expect([before, await signIn()]).toMatchObject([{ expires_in: 15 }, { expires_in: 60 }])
  })

  it('takes an option that is undefined as not given', async () => {
    const { signIn } = createApi({ accessTokenLifetime: undefined, refreshTokenLifetime: undefined })
    expect(await signIn()).toMatchObject({ expires_in: 15, refresh_expires_in: 604_800 })
  })
})
