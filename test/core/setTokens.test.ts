import { AuthError } from 'authed/core'
import { describe, expect, it, vi } from 'vitest'
import { setUp } from './ownEndpoint.ts'

describe('tokens that are handed over', () => {
  it('go by their own expiry where no other is given, and also where it is given as `undefined`', async () => {
    const { clock, client } = setUp()
    const claims = { iat: clock.now() / 1000 - 3_500, exp: clock.now() / 1000 + 100 }
    const accessToken = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
    await client.setTokens({ accessToken, expiresAt: undefined })
    expect(client.getState().expiresAt).toBe(clock.now() + 100_000)
  })

  it('may be a refresh token alone, which buys the first access token', async () => {
    const refresh = vi.fn(async () => ({ accessToken: 'bought', expiresIn: 60_000 }))
    const { client } = setUp({}, { refresh })
    await client.setTokens({ refreshToken: 'of the former library' })
    expect(await client.getAccessToken()).toBe('bought')
    await client.refresh()
    expect(refresh.mock.calls.map(([token]: unknown[]) => token)).toEqual(Array(2).fill('of the former library'))
  })

  it('tell why a refresh token alone buys nothing, and who was signed in still is', async () => {
    const refresh = async () => Promise.reject(new AuthError('session_ended', 'Refused.'))
    const { client } = setUp({}, { refresh })
    await client.signIn(undefined)
    await expect(client.setTokens({ refreshToken: 'spent' })).rejects.toMatchObject({ code: 'session_ended' })
    expect(client.getState().status).toBe('authenticated')
  })
})
