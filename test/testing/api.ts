import { createFakeClock, createTokenServer, type TokenServerOptions } from 'authed/testing'

export const origin = 'https://api.test'
export const ada = { email: 'ada@example.com', password: 'lovelace' }
export const grace = { email: 'grace@example.com', password: 'hopper' }

/** An answer of any dialect. */
export interface Answer {
  status: number
  headers: Headers
  /** The JSON of the answer; `undefined` where it has none. */
  body: {
    access_token: string
    refresh_token: string
    access: string
    refresh: string
    token: string
    next: string | null
    results: object[]
  }
}

/** A token server on a clock of its own, and the calls that tests make. */
export function createApi(options: TokenServerOptions = {}) {
  const clock = createFakeClock()
  const sleep = (duration: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, duration))
  const server = createTokenServer({ clock, sleep, ...options })
  const send = async (path: string, init?: RequestInit): Promise<Answer> => {
    const { status, headers, ...response } = await read(await server.fetch(new Request(origin + path, init)))
    return { status, headers, body: response.body }
  }
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const form = (path: string, members: Record<string, string>) =>
    send(path, { method: 'POST', body: new URLSearchParams(members) })
  const get = (path: string, authorization?: string) =>
    send(path, { headers: authorization === undefined ? {} : { authorization } })
  return {
    clock,
    server,
    send,
    post,
    form,
    get,
    signIn: async (user = ada) => (await post('/auth/login', user)).body,
    refresh: (refreshToken: string) => post('/auth/refresh', { refresh_token: refreshToken }),
    /** What a resource answers to this access token. */
    me: async (accessToken: string) => (await get('/api/me', `Bearer ${accessToken}`)).status,
  }
}

async function read(response: Response) {
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}
