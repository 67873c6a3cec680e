import type {
  AuthClient,
  AuthClientOptions,
  AuthState,
  Channel,
  Clock,
  fencedLocalStorage,
  indexedDbStorage,
  isAuthError,
  OAuth2Grant,
  oauth2,
  readSession,
  TokenStorage,
  tabLock,
  Wake,
} from 'authed/core'
import { apiUrl, endpointUrls } from './network.ts'
import type { Page } from './page.ts'
import type { Referee } from './referee.ts'
import type { Schedule } from './schedule.ts'

/** As much of the package as a run needs: the real one, or one with a deliberate bug. */
export interface Library {
  fencedLocalStorage: typeof fencedLocalStorage
  indexedDbStorage: typeof indexedDbStorage
  createAuthClient: (options: AuthClientOptions<OAuth2Grant>) => AuthClient<OAuth2Grant>
  isAuthError: typeof isAuthError
  isHolderAlive: (channel: Channel, clock: Clock) => Promise<boolean>
  oauth2: typeof oauth2
  readSession: typeof readSession
  tabLock: typeof tabLock
}

/** The ports of one tab. */
export interface Ports {
  clock: Clock
  channel: Channel
  wake: Wake
  storage: TokenStorage
  /** Absent on plain http. */
  locks?: LockManager
  fetch: typeof fetch
  /** From 0 up to 1. */
  random: () => number
}

/** One tab with its client. */
export interface Tab {
  readonly page: Page
  readonly client: AuthClient<OAuth2Grant>
  /** Callers that wait, by the time at which they asked. */
  readonly waiting: Set<{ since: number; what: string }>
  ask(): void
  fetchRows(wasWell: () => boolean): void
  refresh(): void
  signIn(user: string): void
  signOut(): void
}

/** The endpoints' time limit, and for how long a lock is waited for: as the client has them by default. */
const timeLimit = 10_000
const patience = 1.5 * timeLimit

/** Opens a tab: makes its client and watches all that it does. */
export function openTab(library: Library, schedule: Schedule, referee: Referee, page: Page, ports: Ports): Tab {
  const { locks, random, ...rest } = ports
  const { clock, channel } = rest
  const client = library.createAuthClient({
    ...rest,
    key: 'authed',
    timeLimit,
    endpoint: library.oauth2({ ...endpointUrls, clientId: 'app' }),
    allowedOrigins: [new URL(apiUrl).origin],
    retryDelay: (count) => random() * Math.min(30_000, 1_000 * 2 ** count),
    lock: library.tabLock({
      clock,
      patience,
      isHolderAlive: () => library.isHolderAlive(channel, clock),
      locks: () => locks,
    }),
  })
  const waiting: Tab['waiting'] = new Set()
  let requests = 0
  let before = client.getState()
  client.subscribe(() => {
    const now = client.getState()
    referee.changed(page, before, now)
    before = now
  })
  client.mount()

  function call<T>(what: string, work: () => Promise<T>, done?: (value: T, before: AuthState, since: number) => void) {
    const since = schedule.now
    const caller = { since, what }
    const stateThen = client.getState()
    waiting.add(caller)
    page.inside(work).then(
      (value) => {
        waiting.delete(caller)
        done?.(value, stateThen, since)
      },
      (error) => {
        waiting.delete(caller)
        if (library.isAuthError(error)) referee.turnedAway(page, error, stateThen, client.getState())
        else if (!(error instanceof TypeError && what === 'fetch'))
          referee.fail(2, `${page.name}: ${what} fails: ${error}`)
      },
    )
  }

  return {
    page,
    client,
    waiting,
    ask() {
      const peeked = client.peekAccessToken()
      call('ask', client.getAccessToken, (token, then, since) =>
        referee.handedOut(page, token, { peeked, then, since, now: client.getState(), clock: clock.now() }),
      )
    },
    fetchRows(wasWell) {
      const { userId } = client.getState()
      call(
        'fetch',
        () => client.fetch(`${apiUrl}?request=${++requests}`),
        ({ status }) => {
          const now = client.getState()
          const same = now.status === 'authenticated' && now.userId === userId && !referee.mayEnd(now.userId as string)
          if (status === 401 && same && wasWell()) referee.fail(6, `a 401 surfaces in ${page.name}`)
        },
      )
    },
    refresh() {
      const over = referee.refreshAsked(page)
      call('refresh', () => client.refresh().finally(over))
    },
    signIn(user) {
      const over = referee.signsIn(page, user)
      call('signIn', () => client.signIn({ username: user, password: 'x' }).finally(over))
    },
    signOut() {
      const over = referee.signsOut(page)
      call('signOut', () => client.signOut().finally(over))
    },
  }
}
