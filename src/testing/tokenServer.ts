import { type AuthorityOptions, createAuthority, type User } from './authority.ts'
import { baserowRoutes } from './dialects/baserow.ts'
import { oauthRoutes } from './dialects/oauth.ts'
import { simpleJwtRoutes } from './dialects/simpleJwt.ts'
import { createFaults, dropped, type Fault, type RequestKind } from './faults.ts'
import { json, type Route, type RouteContext } from './route.ts'

/** How a token server is set up; everything has a default. Durations are milliseconds. */
export interface TokenServerOptions extends Partial<AuthorityOptions> {
  /** The server's own clock. Default: the system's, looked up at each request. */
  clock?: { now(): number }
  /** How a delay passes. Default: a timer. */
  sleep?: (duration: number, signal: AbortSignal) => Promise<void>
  /** Rows in each user's table. Default 1000. */
  rowCount?: number
  /** Whether the OAuth endpoints tell `expires_in`. Default `send`. */
  expiresIn?: 'send' | 'omit'
  /** Where the OAuth endpoints put the refresh token. Default `body`. */
  refreshTokenIn?: 'body' | 'cookie'
}

/** One answered request. It holds no token. */
export interface LoggedRequest {
  readonly at: number
  readonly kind: RequestKind
  readonly method: string
  readonly path: string
  readonly search: string
  /** 0: the connection was dropped or is still open. */
  readonly status: number
  /** Whether an Authorization header came along. */
  readonly authorization: 'sent' | 'none'
}

/** Sums over all requests. */
export interface TokenServerCounts {
  readonly signIns: number
  /** Refresh requests that reached the server, whatever came of them. */
  readonly refreshes: number
  readonly resources: number
  /** Resource requests answered 401. */
  readonly unauthorized: number
  readonly reuseDetections: number
  readonly familiesRevoked: number
}

/** A backend that hands out tokens, as one `fetch` handler. */
export interface TokenServer {
  /** Answers a request as the backend would. Rejects like `fetch` where the connection is dropped. */
  fetch(request: Request): Promise<Response>
  readonly counts: TokenServerCounts
  readonly log: readonly LoggedRequest[]
  /** How many sign-ins are alive. */
  readonly liveFamilies: number
  /** May be changed while the server runs. */
  readonly options: Required<Omit<TokenServerOptions, 'clock' | 'sleep'>>
  /** Lets the next matching requests go wrong. */
  fail(...faults: Fault[]): void
  /** Takes everything down (`503`: answers so; `dropped`: breaks connections), or brings it `up` again. */
  setHealth(health: 'up' | '503' | 'dropped'): void
  /** Forgets all faults and brings the server up. */
  heal(): void
  /** From now on every access token issued so far is refused. */
  expireAccessTokens(): void
  /** From now on every refresh token issued so far is refused. */
  revokeSessions(): void
}

/** The users whom every token server knows. */
export const defaultUsers: readonly User[] = [
  { id: 1, name: 'Ada Lovelace', email: 'ada@example.com', password: 'lovelace' },
  { id: 2, name: 'Grace Hopper', email: 'grace@example.com', password: 'hopper' },
  { id: 3, name: 'Alan Turing', email: 'alan@example.com', password: 'turing', twoFactor: 'on' },
]

const defaults = {
  accessTokenLifetime: 15_000,
  refreshTokenLifetime: 7 * 86_400_000,
  rotation: 'rotating',
  reuse: 'revoke-family',
  grace: 0,
  accessTokenFormat: 'jwt',
  users: defaultUsers,
  rowCount: 1000,
  expiresIn: 'send',
  refreshTokenIn: 'body',
} as const

const routes: Route[] = [...baserowRoutes, ...simpleJwtRoutes, ...oauthRoutes]
const allowedHeaders = 'accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with'

const timerSleep = (duration: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, duration)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })

/**
 * Makes a token server: rotation, reuse detection, lifetimes, several dialects, rows, and faults on demand. It is
 * strict, so a client that refreshes twice fails by itself, as it would in production.
 *
 * @example
 * ```ts
 * const server = createTokenServer({ accessTokenLifetime: 2_000 })
 * const client = createAuthClient({ endpoint: baserow('https://api.test'), fetch: (input, init) => server.fetch(new Request(input, init)) })
 * ```
 */
export function createTokenServer(given: TokenServerOptions = {}): TokenServer {
  const { clock = { now: () => Date.now() }, sleep = timerSleep, ...rest } = given
  const options: TokenServer['options'] = { ...defaults, ...rest }
  const now = () => clock.now()
  const authority = createAuthority(options, now)
  const faults = createFaults(sleep)
  const log: LoggedRequest[] = []
  let health: 'up' | '503' | 'dropped' = 'up'
  const count = (matches: (entry: LoggedRequest) => boolean) => log.filter(matches).length

  async function answer(route: Route, request: Request, url: URL): Promise<Response> {
    if (health === 'dropped') throw dropped()
    if (health === '503') return json({ detail: 'The service is down for maintenance.' }, 503)
    const context: RouteContext = {
      request,
      url,
      body: await readBody(request),
      authority,
      options,
      cookie: readCookie(request),
    }
    // The form endpoint serves sign-in and refresh under one path.
    const kind = route.kind === 'refresh' && context.body.grant_type === 'password' ? 'signIn' : route.kind
    return faults.apply(kind, request.signal, async () => route.answer(context))
  }

  return {
    options,
    log,
    get counts() {
      return {
        signIns: count(({ kind }) => kind === 'signIn'),
        refreshes: count(({ kind }) => kind === 'refresh'),
        resources: count(({ kind }) => kind === 'resource'),
        unauthorized: count(({ kind, status }) => kind === 'resource' && status === 401),
        ...authority.counts,
      }
    },
    get liveFamilies() {
      return authority.liveFamilies
    },
    async fetch(request) {
      const url = new URL(request.url)
      if (request.method === 'OPTIONS')
        return withCors(new Response(null, { status: 200 }), request, options.refreshTokenIn)
      const route = routes.find(({ method, path }) => method === request.method && path.test(url.pathname))
      if (!route)
        return withCors(
          json({ error: 'URL_NOT_FOUND', detail: 'URL not found.' }, 404),
          request,
          options.refreshTokenIn,
        )
      const isSignIn = route.path.source.includes('oauth') && /grant_type=password/.test(await request.clone().text())
      const authorization = request.headers.has('authorization') ? 'sent' : 'none'
      const { method } = request
      const entry = {
        at: now(),
        kind: isSignIn ? 'signIn' : route.kind,
        method,
        path: url.pathname,
        search: url.search,
        status: 0,
        authorization,
      } as const
      const place = log.push(entry) - 1
      const response = await answer(route, request, url)
      log[place] = { ...entry, status: response.status }
      return withCors(response, request, options.refreshTokenIn)
    },
    fail: faults.add,
    setHealth(next) {
      health = next
    },
    heal() {
      health = 'up'
      faults.clear()
    },
    expireAccessTokens: authority.expireAccessTokens,
    revokeSessions: authority.revokeAll,
  }
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  const text = request.method === 'GET' ? '' : await request.clone().text()
  if (request.headers.get('content-type')?.includes('form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}

const readCookie = (request: Request) => /(?:^|; )refresh_token=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1]

/** As Baserow sends it: everybody may, without cookies; with a cookie the origin must be named. */
function withCors(response: Response, request: Request, refreshTokenIn: 'body' | 'cookie'): Response {
  const { headers } = response
  const origin = request.headers.get('origin')
  if (refreshTokenIn === 'cookie' && origin) {
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
    headers.append('vary', 'origin')
  } else headers.set('access-control-allow-origin', '*')
  if (request.method === 'OPTIONS') {
    headers.set('access-control-allow-headers', allowedHeaders)
    headers.set('access-control-allow-methods', 'GET, POST, OPTIONS')
    headers.set('access-control-max-age', '86400')
  }
  return response
}
