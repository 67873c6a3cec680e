import type { Chance } from './chance.ts'
import type { Page } from './page.ts'
import type { Schedule } from './schedule.ts'
import type { Answer, Attempt, Server } from './server.ts'

/** How the server and the way to it are doing. */
export type Weather =
  | 'well'
  | 'unavailable'
  | 'tooMany'
  | 'dropRequests'
  | 'loseAnswers'
  | 'slowDown'
  | 'hang'
  | 'rejectTokens'

/** What the network tells. */
export interface NetworkWitness {
  sent(attempt: Attempt): void
  acted(attempt: Attempt, answer: Answer, wasSpent: Attempt | undefined): void
  told(attempt: Attempt, answer: Answer | undefined): void
  fetched(page: Page, url: string): void
  /** The API has refused an access token. */
  rejected(page: Page, accessToken: string): void
}

const tokenPath = 'https://auth.test/token'
const revokePath = 'https://auth.test/revoke'
/** The API that wants an access token. */
export const apiUrl = 'https://api.test/rows'

/** As much of a response as the core reads; made without the platform's streams, for speed. */
function responseOf({ status, body, retryAfter }: Answer, url: string): Response {
  const headers = new Map([['retry-after', retryAfter === undefined ? null : String(retryAfter)]])
  const response = {
    ok: status < 300,
    status,
    url,
    headers: { get: (name: string) => headers.get(name) ?? null },
    text: async () => JSON.stringify(body ?? {}),
    clone: () => response,
    body: undefined,
  }
  return response as unknown as Response
}

/** The way from the tabs to the server. */
export function createNetwork(schedule: Schedule, chance: Chance, server: Server, witness: NetworkWitness) {
  let weather: Weather = 'well'
  let online = true
  const losing = new Set<() => void>()
  const share = 0.75

  function faultOf(): Weather {
    if (!online) return 'dropRequests'
    return weather !== 'well' && chance.happens(share) ? weather : 'well'
  }

  function act(url: string, params: URLSearchParams, sentAt: number, attempt: Attempt | undefined): Answer {
    if (url.startsWith(apiUrl))
      return weather === 'rejectTokens' ? { status: 401 } : server.rows(params.get('token') ?? '')
    if (url === revokePath) {
      server.revoke(params.get('token'))
      return { status: 200 }
    }
    if (!attempt) return server.signIn(params.get('username') ?? '', sentAt)
    const earlier = attempt.token.spent?.by
    const answer = server.refresh(attempt)
    witness.acted(attempt, answer, earlier)
    return answer
  }

  function send(page: Page, url: string, params: URLSearchParams, signal: AbortSignal | undefined): Promise<Response> {
    const token = url === tokenPath ? server.readRefresh(params.get('refresh_token')) : undefined
    const sentAt = schedule.now
    const attempt: Attempt | undefined = token && { tab: page.name, token, sentAt, fate: 'under way' }
    if (attempt) witness.sent(attempt)
    if (url.startsWith(apiUrl)) witness.fetched(page, url)
    // Who calls the API sets time limits of his own; here he sets none.
    const wished = faultOf()
    const fault = wished === 'hang' && url.startsWith(apiUrl) ? 'loseAnswers' : wished
    const slow = fault === 'slowDown'
    const there = slow ? chance.between(1_000, 14_000) : chance.between(2, 120)
    const back = slow ? chance.between(10, 4_000) : chance.between(2, 120)
    return new Promise((resolve, reject) => {
      let over = false
      const tell = (answer: Answer | undefined, how: () => void) => {
        if (over) return
        over = true
        losing.delete(lose)
        signal?.removeEventListener('abort', abort)
        if (attempt) {
          attempt.fate = answer ? 'answered' : 'lost'
          attempt.toldAt = schedule.now
          witness.told(attempt, answer)
        }
        if (url.startsWith(apiUrl) && answer?.status === 401) witness.rejected(page, params.get('token') ?? '')
        how()
      }
      const fail = () => page.enter(() => tell(undefined, () => reject(new TypeError('Failed to fetch'))))
      const hear = (answer: Answer) => page.enter(() => tell(answer, () => resolve(responseOf(answer, url))))
      const abort = () => tell(undefined, () => reject(signal?.reason))
      const lose = () => void schedule.after(chance.between(0, 500), fail)
      if (signal?.aborted) return abort()
      signal?.addEventListener('abort', abort)
      losing.add(lose)
      // What was sent arrives, whatever becomes of its tab meanwhile; now and then it does not.
      schedule.after(there, () => {
        if ((over || page.state === 'crashed') && chance.happens(0.4)) return
        if (fault === 'dropRequests') return void schedule.after(chance.between(0, 50), fail)
        if (fault === 'hang' && chance.happens(0.5)) return
        if (fault === 'unavailable') return void schedule.after(back, () => hear({ status: 503 }))
        const waits = Math.ceil(back / 20)
        if (fault === 'tooMany') return void schedule.after(back, () => hear({ status: 429, retryAfter: waits }))
        const answer = act(url, params, sentAt, attempt)
        if (fault === 'loseAnswers') return void schedule.after(back, fail)
        if (fault !== 'hang') schedule.after(back, () => hear(answer))
      })
    })
  }

  return {
    fetchOf: (page: Page) =>
      (async (input: Request | string, init?: RequestInit) => {
        if (typeof input === 'string') {
          const params = new URLSearchParams(String(init?.body))
          return send(page, input, params, init?.signal ?? undefined)
        }
        const token = (input.headers.get('authorization') ?? '').replace(/^\w+ /, '')
        return send(page, input.url, new URLSearchParams({ token }), undefined)
      }) as typeof fetch,
    setWeather(next: Weather) {
      weather = next
    },
    /** Without a network what is under way is lost too. */
    connect(next: boolean) {
      online = next
      if (!next) for (const lose of [...losing]) if (chance.happens(0.7)) lose()
    },
    /** Connections seldom survive the machine's sleep. */
    breakConnections() {
      for (const lose of [...losing]) if (chance.happens(0.8)) lose()
    },
    get isWell() {
      return online && weather === 'well'
    },
    isOnline: () => online,
  }
}

/** The way to the server. */
export type Network = ReturnType<typeof createNetwork>
/** Where the client finds its server. */
export const endpointUrls = { tokenUrl: tokenPath, revocationUrl: revokePath }
