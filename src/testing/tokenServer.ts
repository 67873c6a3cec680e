import { createAuthority } from './authority.ts'
import { dropped, timerSleep, untilAborted } from './connection.ts'
import { withCors } from './cors.ts'
import { baserowRoutes } from './dialects/baserow.ts'
import { oauthRoutes } from './dialects/oauth.ts'
import { resourceRoutes } from './dialects/resources.ts'
import { simpleJwtRoutes } from './dialects/simpleJwt.ts'
import { createFaults, type Fault } from './faults.ts'
import { type ServerOptions, type TokenServerOptions, withDefaults } from './options.ts'
import { readBody, readCookie } from './requestBody.ts'
import { countRequests, type LoggedRequest, type TokenServerCounts } from './requestLog.ts'
import { empty, json, type Route, type RouteContext } from './route.ts'

/** A backend that hands out tokens, as one `fetch` handler. */
export interface TokenServer {
  /** Answers a request as the backend would. Rejects like `fetch` where the connection is dropped or given up. */
  fetch(request: Request): Promise<Response>
  readonly counts: TokenServerCounts
  readonly log: readonly LoggedRequest[]
  /** How many sign-ins are alive. */
  readonly liveFamilies: number
  /** How many strikes of the faults given to {@link TokenServer.fail} are still to come. */
  readonly faultsLeft: number
  /** May be changed while the server runs; counts for tokens issued from then on. */
  readonly options: ServerOptions
  /** Whether a resource would accept this access token now. */
  isActive(accessToken: string): boolean
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

const routes: Route[] = [...baserowRoutes, ...simpleJwtRoutes, ...oauthRoutes, ...resourceRoutes]

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
  const options = withDefaults(rest)
  const now = () => clock.now()
  const authority = createAuthority(options, now)
  const faults = createFaults(sleep)
  const log: LoggedRequest[] = []
  let health: 'up' | '503' | 'dropped' = 'up'

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const route = request.method === 'OPTIONS' ? undefined : findRoute(request.method, url.pathname)
    if (route) return answerRoute(route, request, url)
    if (health !== 'up') return downAs(health)
    if (request.method === 'OPTIONS') return empty(200)
    return findRoute(request.method, `${url.pathname}/`)
      ? json({ error: 'URL_TRAILING_SLASH_MISSING', detail: 'A URL must end with a slash.' }, 404)
      : json({ error: 'URL_NOT_FOUND', detail: `URL ${url.pathname} not found.` }, 404)
  }

  async function answerRoute(route: Route, request: Request, url: URL): Promise<Response> {
    const { method } = request
    const authorization = request.headers.has('authorization') ? 'sent' : 'none'
    let entry: LoggedRequest = {
      at: now(),
      kind: route.kind,
      method,
      path: url.pathname,
      search: url.search,
      status: 0,
      authorization,
      reuse: 'none',
    }
    const place = log.push(entry) - 1
    const note = (news: Partial<LoggedRequest>) => {
      entry = { ...entry, ...news }
      log[place] = entry
    }
    const body = await readBody(request)
    // The form endpoint serves sign-in and refresh under one path.
    if (route.kind === 'refresh' && body.grant_type === 'password') note({ kind: 'signIn' })
    if (health !== 'up') {
      const down = downAs(health)
      note({ status: down.status })
      return down
    }
    const seen: RouteContext['seen'] = { reuse: 'none' }
    const context: RouteContext = { request, url, body, authority, options, cookie: readCookie(request), seen }
    const act = async () => route.answer(context)
    try {
      const response = await faults.apply({ kind: entry.kind, path: url.pathname, signal: request.signal }, act)
      note({ status: response.status })
      return response
    } finally {
      note(seen)
    }
  }

  return {
    options,
    log,
    get counts() {
      return { ...countRequests(log), ...authority.counts }
    },
    get liveFamilies() {
      return authority.liveFamilies
    },
    get faultsLeft() {
      return faults.left
    },
    fetch: async (request) =>
      withCors(await untilAborted(request.signal, answer(request)), request, options.refreshTokenIn),
    isActive: (accessToken) => typeof authority.authenticate(accessToken) !== 'string',
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

const findRoute = (method: string, path: string) =>
  routes.find((route) => route.method === method && route.path.test(path))

function downAs(health: '503' | 'dropped'): Response {
  if (health === 'dropped') throw dropped()
  return json({ detail: 'The service is down for maintenance.' }, 503)
}
