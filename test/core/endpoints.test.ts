import { baserow, isAuthError, jsonTokenEndpoint, oauth2, simpleJwt, type TokenEndpoint } from 'authed/core'
import { createTokenServer, type TokenServerOptions } from 'authed/testing'
import { describe, expect, it, vi } from 'vitest'

const api = 'https://api.test'
const serve = (options: TokenServerOptions = {}) => {
  const server = createTokenServer({ accessTokenFormat: 'opaque', ...options })
  const sent: Request[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    const request = new Request(input, init)
    sent.push(request.clone())
    return server.fetch(request)
  }
  return { server, sent, context: { fetch, signal: new AbortController().signal } }
}
/** Calls an endpoint that answers `status` with `body`, and returns what it throws. */
async function refused(endpoint: TokenEndpoint, status: number, body: string, headers: Record<string, string> = {}) {
  const fetch = async () => new Response(body, { status, headers })
  const context = { fetch, signal: new AbortController().signal }
  const error = await Promise.resolve(endpoint.refresh?.('the-secret-token', context)).catch((thrown) => thrown)
  if (!isAuthError(error)) throw new Error(`Expected an AuthError, got ${error}.`)
  return error
}

const dialects: [string, TokenEndpoint<never>, object, object][] = [
  ['baserow', baserow(`${api}/`), { email: 'ada@example.com', password: 'lovelace' }, { userId: 1 }],
  [
    'simpleJwt',
    simpleJwt({ tokenUrl: `${api}/api/token/` }),
    { username: 'ada@example.com', password: 'lovelace' },
    {},
  ],
  [
    'oauth2',
    oauth2({ tokenUrl: `${api}/oauth/token`, clientId: 'app', revocationUrl: `${api}/oauth/revoke`, scope: 'rows' }),
    { username: 'ada@example.com', password: 'lovelace' },
    { expiresIn: 15_000, userId: 1 },
  ],
  [
    'jsonTokenEndpoint',
    jsonTokenEndpoint({ signIn: `${api}/auth/login`, refresh: `${api}/auth/refresh`, revoke: `${api}/auth/logout` }),
    { email: 'ada@example.com', password: 'lovelace' },
    { expiresIn: 15_000, sessionExpiresIn: 604_800_000 },
  ],
]

describe('isTokenRejected', () => {
  it.each<[string, TokenEndpoint<never>, string, string]>([
    ['baserow', baserow(api), '{"error":"ERROR_INVALID_ACCESS_TOKEN"}', '{"error":"ERROR_USER_NOT_IN_GROUP"}'],
    ['simpleJwt', simpleJwt({ tokenUrl: api }), '{"code":"token_not_valid"}', '{"code":"user_inactive"}'],
  ])('of %s tells a dead token from one that may not', async (_, { isTokenRejected }, dead, denied) => {
    const judge = (body: string) => isTokenRejected?.(new Response(body, { status: 401 }))
    expect([await judge(dead), await judge(denied)]).toEqual([true, false])
  })
})

describe.each(dialects)('%s', (_, endpoint, credentials, told) => {
  it('signs in, refreshes and gives the token back', async () => {
    const { server, context } = serve()
    const first = await endpoint.signIn?.(credentials as never, context)
    expect(first).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String), ...told })
    const second = await endpoint.refresh?.(first?.refreshToken, context)
    expect(second?.refreshToken).not.toBe(first?.refreshToken)
    expect(server.liveFamilies).toBe(1)
    await endpoint.revoke?.(second?.refreshToken, context)
    expect(server.liveFamilies).toBe(0)
  })

  it('is refused with wrong credentials', async () => {
    const { context } = serve()
    const wrong = { ...credentials, password: 'wrong' } as never
    await expect(endpoint.signIn?.(wrong, context)).rejects.toMatchObject({
      code: 'sign_in_rejected',
      transient: false,
    })
  })

  it('is refused with a spent refresh token', async () => {
    const { server, context } = serve()
    const first = await endpoint.signIn?.(credentials as never, context)
    await endpoint.refresh?.(first?.refreshToken, context)
    await expect(endpoint.refresh?.(first?.refreshToken, context)).rejects.toMatchObject({ code: 'session_ended' })
    expect(server.counts.reuseDetections).toBe(1)
  })

  it('names its origin', () => {
    expect(endpoint.origins?.[0]).toBe(api)
  })
})

describe('baserow', () => {
  it('counts only a dead token as rejected', async () => {
    const { server, context } = serve()
    const endpoint = baserow(api)
    const credentials = { email: 'ada@example.com', password: 'lovelace' }
    const tokens = await endpoint.signIn?.(credentials, context)
    const rows = (table: number) =>
      server.fetch(
        new Request(`${api}/api/database/rows/table/${table}/`, {
          headers: { authorization: `JWT ${tokens?.accessToken}` },
        }),
      )
    const forbidden = await rows(999)
    expect([forbidden.status, await endpoint.isTokenRejected?.(forbidden)]).toEqual([401, false])
    server.expireAccessTokens()
    const dead = await rows(1)
    expect([dead.status, await endpoint.isTokenRejected?.(dead)]).toEqual([401, true])
  })

  it('is not signed in by the first of two factors, although that is answered 200', async () => {
    const { context } = serve()
    const signingIn = baserow(api).signIn?.({ email: 'alan@example.com', password: 'turing' }, context)
    await expect(signingIn).rejects.toMatchObject({ code: 'invalid_response' })
  })

  it('keeps the refresh token of a server that does not rotate', async () => {
    const { context } = serve({ rotation: 'none' })
    const first = await baserow(api).signIn?.({ email: 'ada@example.com', password: 'lovelace' }, context)
    const second = await baserow(api).refresh?.(first?.refreshToken, context)
    expect(second).toMatchObject({ accessToken: expect.any(String), refreshToken: undefined })
  })
})

describe('oauth2', () => {
  it('speaks the form encoding of RFC 6749', async () => {
    const { sent, context } = serve()
    const endpoint = oauth2({ tokenUrl: `${api}/oauth/token`, clientId: 'app', scope: 'rows' })
    await endpoint.signIn?.({ username: 'ada@example.com', password: 'lovelace' }, context)
    expect(sent[0]?.headers.get('content-type')).toContain('application/x-www-form-urlencoded')
    expect(Object.fromEntries(new URLSearchParams(await sent[0]?.text()))).toEqual({
      grant_type: 'password',
      client_id: 'app',
      scope: 'rows',
      username: 'ada@example.com',
      password: 'lovelace',
    })
    expect(endpoint.revoke).toBeUndefined()
  })
})

describe('jsonTokenEndpoint', () => {
  const endpoint = jsonTokenEndpoint({
    refresh: `${api}/refresh`,
    fields: { accessToken: 'data.token', expiresIn: 'data.ttl' },
  })

  it('reads fields of any name, within objects too', async () => {
    const answer = { data: { token: 'deep', ttl: '60' } }
    const fetch = async () => Response.json(answer)
    const context = { fetch, signal: new AbortController().signal }
    expect(await endpoint.refresh?.('r', context)).toMatchObject({ accessToken: 'deep', expiresIn: 60_000 })
    const named = jsonTokenEndpoint({ refresh: '/refresh', fields: { accessToken: 'data.missing.token' } })
    expect(named.origins).toEqual([])
    await expect(named.refresh?.('r', context)).rejects.toMatchObject({ code: 'invalid_response' })
  })

  it('sends a refresh token back under the last word of its path', async () => {
    const { sent, context } = serve()
    const named = jsonTokenEndpoint({ refresh: `${api}/auth/refresh`, fields: { refreshToken: 'data.refresh' } })
    await Promise.resolve(named.refresh?.('r', context)).catch(() => {})
    expect(await sent[0]?.json()).toEqual({ refresh: 'r' })
  })

  it.each([
    ['a date', '2026-01-01T00:01:00Z'],
    ['seconds', 1_767_225_660],
    ['a text of seconds', '1767225660'],
    ['milliseconds', 1_767_225_660_000],
  ])('reads an instant that is %s where its name is given', async (_, dies_at) => {
    const context = {
      fetch: async () => Response.json({ access_token: 'a', dies_at }),
      signal: AbortSignal.timeout(100),
    }
    const named = jsonTokenEndpoint({ refresh: '/refresh', fields: { expiresAt: 'dies_at' } })
    expect((await named.refresh?.('r', context))?.expiresAt).toBe(1_767_225_660_000)
    expect((await jsonTokenEndpoint({ refresh: '/refresh' }).refresh?.('r', context))?.expiresAt).toBeUndefined()
  })

  it('sends headers of its own, asked for anew with each request', async () => {
    const { sent, context } = serve()
    let count = 0
    const guarded = jsonTokenEndpoint({ refresh: `${api}/refresh`, headers: () => ({ 'x-csrf-token': `${++count}` }) })
    const fixed = jsonTokenEndpoint({ refresh: `${api}/refresh`, headers: { apikey: 'public' } })
    for (const each of [guarded, guarded, fixed]) await Promise.resolve(each.refresh?.('r', context)).catch(() => {})
    expect(sent.map(({ headers }) => headers.get('x-csrf-token'))).toEqual(['1', '2', null])
    expect(sent.map(({ headers }) => [headers.get('apikey'), headers.get('content-type')])[2]).toEqual([
      'public',
      'application/json',
    ])
  })

  it.each([
    [422, 'sign_in_rejected', false],
    [404, 'sign_in_rejected', false],
    [429, 'server', true],
    [503, 'server', true],
  ])(
    'takes %i at the sign-in for %s, and does not say that it is tried again by itself',
    async (status, code, transient) => {
      const context = { fetch: async () => new Response('{}', { status }), signal: AbortSignal.timeout(100) }
      const error = await Promise.resolve(jsonTokenEndpoint({ signIn: '/login' }).signIn?.({}, context)).catch(
        (it) => it,
      )
      expect(error).toMatchObject({ code, transient })
      expect(error.message).not.toContain('by itself')
    },
  )

  it('lets the dialect say which answers end the session', async () => {
    const isRefused = vi.fn((status: number, { reason }: Record<string, unknown>) => {
      return status === 422 ? reason === 'revoked' : undefined
    })
    const named = jsonTokenEndpoint({ refresh: `${api}/refresh`, isRefused })
    expect(await refused(named, 422, '{"reason":"revoked"}')).toMatchObject({ code: 'session_ended' })
    expect(await refused(named, 422, '{"reason":"busy"}')).toMatchObject({ code: 'server' })
    expect(await refused(named, 401, '{}')).toMatchObject({ code: 'session_ended' })
    expect(await refused(named, 500, '{}')).toMatchObject({ code: 'server' })
  })

  it('lets the cookie travel where the refresh token lives in one', async () => {
    const { sent, context } = serve()
    const cookie = jsonTokenEndpoint({ refresh: `${api}/auth/refresh`, refreshTokenIn: 'cookie' })
    await Promise.resolve(cookie.refresh?.(undefined, context)).catch(() => {})
    expect([sent[0]?.credentials, await sent[0]?.text()]).toEqual(['include', '{}'])
  })

  it.each<[number, string, string]>([
    [400, '{"error":"invalid_grant"}', 'session_ended'],
    [401, '', 'session_ended'],
    [403, 'Forbidden', 'session_ended'],
    [400, '{"error":"temporarily_unavailable"}', 'server'],
    [403, ' <!doctype html><title>Portal</title>', 'server'],
    [404, '{}', 'server'],
    [408, '', 'server'],
    [425, '', 'server'],
    [429, '{"detail":"Slow down."}', 'server'],
    [500, '', 'server'],
    [503, '<html>', 'server'],
  ])('takes %d %s for %s', async (status, body, code) => {
    expect(await refused(endpoint, status, body)).toMatchObject({ code, status })
  })

  it.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT', date: 'Thu, 01 Jan 2026 00:00:00 GMT' }, 9_000],
    ['nonsense', { 'retry-after': 'later' }, undefined],
    ['nothing', {}, undefined],
  ])('reads Retry-After as %s', async (_, headers, retryAfter) => {
    expect((await refused(endpoint, 429, '', headers)).retryAfter).toBe(retryAfter)
  })

  it('tells the server’s words without the token', async () => {
    const body = '{"error":"bad","error_description":"the-secret-token is bad."}'
    const error = await refused(endpoint, 400, body)
    expect(error).toMatchObject({ error: 'bad', errorDescription: '… is bad.' })
    expect(error.message).toContain('(bad: … is bad). Sign in again.')
    expect(error.message).toMatch(/answered 400 \(bad: … is bad\)\. Sign in again\.$/)
  })

  it('takes what breaks on the way for the network', async () => {
    const context = (fetch: typeof globalThis.fetch) => ({ fetch, signal: new AbortController().signal })
    const down = context(() => Promise.reject(new TypeError('Failed to fetch')))
    await expect(endpoint.refresh?.('r', down)).rejects.toMatchObject({ code: 'network', cause: { name: 'TypeError' } })
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) })
    await expect(
      endpoint.refresh?.(
        'r',
        context(async () => new Response(broken)),
      ),
    ).rejects.toMatchObject({ code: 'network' })
  })

  it('ends with the reason of its signal', async () => {
    const reason = new Error('over')
    const fetch: typeof globalThis.fetch = () => Promise.reject(new DOMException('aborted', 'AbortError'))
    await expect(endpoint.refresh?.('r', { fetch, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) })
    const late = { fetch: async () => new Response(broken), signal: AbortSignal.abort(reason) }
    await expect(endpoint.refresh?.('r', late)).rejects.toBe(reason)
  })
})
