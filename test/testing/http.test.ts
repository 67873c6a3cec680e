import { connect } from 'node:net'
import type { TokenServerOptions } from 'authed/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type RunningServer, startServer } from '../../demo/server.ts'
import { ada } from './api.ts'

const running: RunningServer[] = []
afterEach(() => Promise.all(running.splice(0).map(({ close }) => close())))

async function start(options: TokenServerOptions = {}) {
  const api = await startServer({ port: 0, ...options })
  running.push(api)
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(api.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  return { ...api, post, status: async () => (await fetch(`${api.url}/control/status`)).json() }
}

describe('startServer', () => {
  it('serves the token API on a port of this machine', async () => {
    const { url, post, server } = await start()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const { access_token } = await (await post('/auth/login', ada)).json()
    const answer = await fetch(`${url}/api/rows?size=2&page=2`, {
      headers: { authorization: `Bearer ${access_token}` },
    })
    expect(await answer.json()).toMatchObject({
      count: 1000,
      next: `${url}/api/rows?size=2&page=3`,
      results: [{ id: 3 }, { id: 4 }],
    })
    expect(server.counts).toMatchObject({ signIns: 1, resources: 1 })
  })

  it('passes long bodies on, both ways', async () => {
    const { url, post } = await start()
    const { access_token } = await (await post('/auth/login', ada)).json()
    const authorization = `Bearer ${access_token}`
    const Name = 'Zoë '.repeat(200_000)
    expect(await (await post('/api/rows', { Name }, { authorization })).json()).toMatchObject({ Name })
    const rows = await fetch(`${url}/api/rows?size=1000`, { headers: { authorization } })
    expect((await rows.json()).results).toHaveLength(1000)
  })

  it('carries the refresh token by cookie, there and back', async () => {
    const { post } = await start({ refreshTokenIn: 'cookie' })
    const signedIn = await post('/auth/login', ada, { origin: 'http://app.test' })
    expect(signedIn.headers.get('access-control-allow-origin')).toBe('http://app.test')
    const [cookie] = signedIn.headers.getSetCookie()
    expect(cookie).toMatch(/^refresh_token=[^;]+; HttpOnly; SameSite=Lax; Path=\/; Max-Age=604800$/)
    const refreshed = await post('/auth/refresh', {}, { cookie: cookie?.split(';')[0] as string })
    expect([refreshed.status, refreshed.headers.getSetCookie().length]).toEqual([200, 1])
  })

  it('breaks the connection where an answer is dropped', async () => {
    const { post, server } = await start()
    server.fail({ type: 'drop', when: 'after' })
    await expect(post('/auth/login', ada)).rejects.toThrow('fetch failed')
    expect(server.liveFamilies).toBe(1)
    expect((await post('/auth/login', ada)).status).toBe(200)
  })

  it('keeps the connection open where the server hangs, until the client gives up', async () => {
    const { url, server } = await start()
    server.fail({ type: 'hang' })
    const controller = new AbortController()
    const answer = fetch(`${url}/api/me`, { signal: controller.signal })
    await expect.poll(() => server.log.length).toBe(1)
    controller.abort(new Error('given up'))
    await expect(answer).rejects.toThrow('given up')
  })

  it('tells the server of a client that has given up', async () => {
    const signals: AbortSignal[] = []
    const { url, server } = await start({ sleep: (_, signal) => new Promise(() => signals.push(signal)) })
    server.fail({ type: 'delay', delay: 60_000 })
    const controller = new AbortController()
    const answer = fetch(`${url}/api/me`, { signal: controller.signal }).catch((error) => error)
    await expect.poll(() => signals.length).toBe(1)
    controller.abort(new Error('given up'))
    await answer
    await expect.poll(() => signals[0]?.aborted).toBe(true)
  })

  it('answers 500 where it fails by its own fault, and lives on', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { post, server } = await start()
    Object.assign(server.options, { users: undefined })
    expect((await post('/auth/login', ada)).status).toBe(500)
    expect(told).toHaveBeenCalledOnce()
    told.mockRestore()
    expect((await post('/nowhere')).status).toBe(404)
  })

  it('lives on when a client leaves in the middle of its request', async () => {
    const { url, post } = await start()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await new Promise((resolve) =>
      socket.write('POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{', resolve),
    )
    await new Promise((resolve) => socket.once('close', resolve).destroy())
    expect((await post('/auth/login', ada)).status).toBe(200)
  })

  it('frees its port, also with a request under way', async () => {
    const { url, server, close } = await start()
    server.fail({ type: 'hang' })
    const answer = fetch(`${url}/api/me`).catch((error) => error)
    await expect.poll(() => server.log.length).toBe(1)
    await close()
    expect(await answer).toBeInstanceOf(TypeError)
    const port = Number(new URL(url).port)
    running.push(await startServer({ port }))
    expect(running.at(-1)?.url).toBe(url)
  })

  it('tells of a port that is taken', async () => {
    const { url } = await start()
    await expect(startServer({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('/control', () => {
  it('tells what the server has counted, to every origin, without tokens', async () => {
    const { url, post } = await start()
    const { access_token, refresh_token } = await (await post('/auth/login', ada)).json()
    const answer = await fetch(`${url}/control/status`)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({
      counts: { signIns: 1 },
      liveFamilies: 1,
      faultsLeft: 0,
      accessTokenLifetime: 15_000,
      rotation: 'rotating',
      recent: [{ path: '/auth/login', status: 200 }],
    })
    for (const token of [access_token, refresh_token]) expect(text).not.toContain(token)
  })

  it('takes the API down in both ways, and up again', async () => {
    const { post } = await start()
    await post('/control/down')
    expect((await post('/auth/login', ada)).status).toBe(503)
    await post('/control/down', { health: 'dropped' })
    await expect(post('/auth/login', ada)).rejects.toThrow('fetch failed')
    await post('/control/up')
    expect((await post('/auth/login', ada)).status).toBe(200)
  })

  it('lets access tokens expire and sessions end', async () => {
    const { post, server } = await start()
    const { access_token } = await (await post('/auth/login', ada)).json()
    await post('/control/expire')
    expect(server.isActive(access_token)).toBe(false)
    await post('/control/revoke')
    expect(server.liveFamilies).toBe(0)
  })

  it('takes faults and options', async () => {
    const { post, status } = await start()
    await post('/control/faults', { faults: [{ type: 'status', on: 'signIn', status: 429 }] })
    expect(await status()).toMatchObject({ faultsLeft: 1 })
    expect((await post('/auth/login', ada)).status).toBe(429)
    await post('/control/options', { accessTokenLifetime: 2_000 })
    expect(await (await post('/auth/login', ada)).json()).toMatchObject({ expires_in: 2 })
  })

  it('answers a preflight', async () => {
    const { url } = await start()
    const { status, headers } = await fetch(`${url}/control/options`, { method: 'OPTIONS' })
    expect([status, headers.get('access-control-allow-headers')]).toEqual([200, 'content-type'])
  })

  it.each([
    ['POST', 'nonsense', '', 404],
    ['POST', 'constructor', '', 404],
    ['GET', 'expire', undefined, 405],
    ['POST', 'faults', '{nope', 400],
    ['POST', 'faults', 'null', 400],
  ])('refuses %s %s with %o, and lives on', async (method, name, body, status) => {
    const { url, ...api } = await start()
    expect((await fetch(`${url}/control/${name}`, { method, body })).status).toBe(status)
    expect(await api.status()).toMatchObject({ liveFamilies: 0 })
  })
})
