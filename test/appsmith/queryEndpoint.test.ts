import { queryEndpoint } from 'authed/appsmith'
import { describe, expect, it } from 'vitest'

const context = { signal: new AbortController().signal, fetch }
const answers = (data: unknown) => ({ run: async () => data })

describe('queryEndpoint', () => {
  it.each([
    ['OAuth 2', { access_token: 'a', refresh_token: 'r', expires_in: 60 }, { expiresIn: 60_000 }],
    ['Baserow', { token: 'x', access_token: 'a', refresh_token: 'r', user: { id: 7 } }, { userId: 7 }],
    ['simplejwt', { access: 'a', refresh: 'r' }, {}],
  ])('understands the answer of %s', async (_, data, more) => {
    const { signIn } = queryEndpoint({ signIn: answers(data) })
    await expect(signIn?.({}, context)).resolves.toMatchObject({ accessToken: 'a', refreshToken: 'r', ...more })
  })

  it('understands any other answer by its field names', async () => {
    const fields = { accessToken: 'data.jwt', refreshToken: 'data.renew' }
    const { refresh } = queryEndpoint({ refresh: answers({ data: { jwt: 'a', renew: 'r' } }), fields })
    await expect(refresh?.('old', context)).resolves.toMatchObject({ accessToken: 'a', refreshToken: 'r' })
  })

  it('hands the credentials and the refresh token to the queries as parameters', async () => {
    const seen: unknown[] = []
    const query = {
      run: async (parameters?: object) => {
        seen.push(parameters)
        return { access_token: 'a' }
      },
    }
    const { signIn, refresh, revoke } = queryEndpoint({ signIn: query, refresh: query, revoke: query })
    await signIn?.({ email: 'ada@example.com' }, context)
    await refresh?.('r', context)
    await revoke?.('r', context)
    expect(seen).toEqual([{ email: 'ada@example.com' }, { refresh_token: 'r' }, { refresh_token: 'r' }])
  })

  it.each([
    ['401 UNAUTHORIZED', 'session_ended'],
    [400, 'session_ended'],
    ['429 TOO MANY REQUESTS', 'server'],
    ['503 SERVICE UNAVAILABLE', 'server'],
  ])('takes the status %s for %s', async (statusCode, code) => {
    const run = () => Promise.reject(new Error('failed'))
    const { refresh } = queryEndpoint({ refresh: { run, responseMeta: { statusCode }, data: {} } })
    await expect(refresh?.('r', context)).rejects.toMatchObject({ code })
  })

  it("takes Appsmith's own troubles for a network that is away", async () => {
    const run = () => Promise.reject(new Error('failed'))
    const { refresh } = queryEndpoint({ refresh: { run, responseMeta: { statusCode: 'PE-RST-5000' } } })
    await expect(refresh?.('r', context)).rejects.toMatchObject({ code: 'network' })
  })

  it('has only the calls that there are queries for', () => {
    const { signIn, refresh, revoke } = queryEndpoint({ refresh: answers({}) })
    expect([signIn, typeof refresh, revoke]).toEqual([undefined, 'function', undefined])
  })
})
