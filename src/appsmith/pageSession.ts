import {
  type AuthClient,
  AuthError,
  createAuthClient,
  isAuthError,
  readSession,
  type TokenStorage,
} from '../core/index.ts'
import { type AppsmithPlatform, type AppsmithStoreOptions, appsmithStore } from './appsmithStore.ts'
import type { AuthRequest } from './hostRefreshes.ts'
import { type AppsmithQuery, type QueryEndpointOptions, queryEndpoint } from './queryEndpoint.ts'

/** What a JS Object hands over. */
export interface PageSessionOptions extends AppsmithPlatform, AppsmithStoreOptions, QueryEndpointOptions {
  /** The key in `appsmith.store`. An error is told under `<key>Error`. Default `auth`. */
  key?: string
  /** `sign-in` (default): without a session the sign-in query is run, as in the guide. `reject`: `signIn` must be called. */
  whenSignedOut?: 'sign-in' | 'reject'
  /** Lifetime of access tokens that tell none themselves, in milliseconds. Default: unknown. */
  lifetime?: number
}

/** The session of an Appsmith page. */
export interface PageSession {
  /**
   * A valid access token; signs in or refreshes where needed.
   *
   * @throws `AuthError`
   */
  getAccessToken(): Promise<string>
  /** Runs the sign-in query with these parameters. @throws `AuthError` */
  signIn(parameters?: Record<string, unknown>): Promise<void>
  signOut(): Promise<void>
  /** Fetches a new token now. @throws `AuthError` */
  refresh(): Promise<void>
  /** The handler of a widget's `onAuthRefresh`: widgets that ask for the same get one refresh. The model answers. */
  answerWidget(request?: AuthRequest): Promise<void>
}

interface Entry {
  options: PageSessionOptions
  client?: AuthClient<Record<string, unknown>>
  /** What the client has read or written last: anything else in the store is somebody else's doing. */
  known?: string
  attempts: number
  startedAt: number
}

const entries = new Map<string, Entry>()
const floor = 1_000

/**
 * The guide's six functions as one call, for JS Objects. Appsmith makes its names anew for each run, so hand them over
 * each time; the session behind the key stays the same one, and with it the single flight.
 *
 * It needs no timers: what is due is found when somebody asks.
 *
 * @example
 * ```ts
 * export default {
 *   session: () => authed.pageSession({ appsmith, storeValue, signIn: api_authToken, refresh: api_refreshAuthToken }),
 *   getAccessToken() { return this.session().getAccessToken() },
 * }
 * ```
 */
export function pageSession(options: PageSessionOptions): PageSession {
  const { key = 'auth' } = options
  const entry = entries.get(key) ?? { options, attempts: 0, startedAt: -Infinity }
  entry.options = options
  entries.set(key, entry)
  const storage = storageOf(entry)

  function client() {
    if (!entry.client || (entry.attempts === 0 && storage.get(key) !== entry.known)) entry.client = make(entry, storage)
    return entry.client
  }

  /** While a failure is being waited out there may be no timer to end the waiting, so the last error is told at once. */
  function refuseToWait({ getState }: AuthClient<Record<string, unknown>>) {
    const { error, failureCount, nextRefreshAt = 0, expiresAt = 0 } = getState()
    if (error && failureCount > 0 && nextRefreshAt > Date.now() && expiresAt <= Date.now()) throw error
  }

  async function refresh() {
    const session = client()
    refuseToWait(session)
    const wait = entry.startedAt + floor - Date.now()
    if (wait > 0 && entry.attempts === 0) {
      throw new AuthError('server', `A token was fetched just now. Ask again in ${wait} ms.`, { retryAfter: wait })
    }
    await session.refresh()
  }

  return {
    async getAccessToken() {
      const session = client()
      refuseToWait(session)
      return session.getAccessToken()
    },
    async signIn(parameters = {}) {
      const { startedAt } = entry
      await client().signIn(parameters)
      // Only what the client starts by itself keeps its distance from the next attempt.
      entry.startedAt = startedAt
    },
    signOut: async () => client().signOut(),
    refresh,
    async answerWidget({ staleRevision } = {} as AuthRequest) {
      try {
        const { revision } = readSession(storage.get(key) as string) ?? {}
        if (revision && staleRevision !== undefined && revision > staleRevision) return
        await refresh()
      } catch (error) {
        tellError(entry, isAuthError(error) ? error.code : 'server')
      }
    },
  }
}

/** The store as the entry's latest options give it; notes what the client knows of it. */
function storageOf(entry: Entry): TokenStorage {
  const storage = appsmithStore(() => entry.options, entry.options)
  const noting =
    <Input extends unknown[], Output>(access: (key: string, ...input: Input) => Output) =>
    (key: string, ...input: Input) => {
      const output = access(key, ...input)
      entry.known = storage.get(key) as string | undefined
      return output
    }
  const { set, remove, swap } = storage
  return {
    ...storage,
    set: noting(set),
    remove: noting(remove),
    swap: noting((key, expected: string | undefined, next: string | undefined) => {
      // Only a refusal removes this way. The reason goes first, so that no widget sees the end without it.
      if (expected !== undefined && next === undefined) tellError(entry, 'session_ended')
      return swap?.(key, expected, next) ?? false
    }),
  }
}

function tellError({ options: { key = 'auth', storeValue } }: Entry, code: string) {
  storeValue(`${key}Error`, { code, at: Date.now() }, false)
}

function make(entry: Entry, storage: TokenStorage): AuthClient<Record<string, unknown>> {
  const { key = 'auth', whenSignedOut = 'sign-in', lifetime, ...rest } = entry.options
  entry.known = storage.get(key) as string | undefined
  const latest = (name: 'signIn' | 'refresh' | 'revoke'): AppsmithQuery | undefined =>
    entry.options[name] && {
      run: async (parameters) => {
        entry.attempts++
        entry.startedAt = Date.now()
        try {
          return await entry.options[name]?.run(parameters)
        } finally {
          entry.attempts--
        }
      },
      get data() {
        return entry.options[name]?.data
      },
      get responseMeta() {
        return entry.options[name]?.responseMeta
      },
    }
  const endpoint = queryEndpoint({
    ...rest,
    signIn: latest('signIn'),
    refresh: latest('refresh'),
    revoke: latest('revoke'),
  })
  return createAuthClient<Record<string, unknown>>({
    endpoint,
    storage,
    key,
    lifetime,
    retry: false,
    credentials: whenSignedOut === 'sign-in' && endpoint.signIn ? () => ({}) : undefined,
  })
}
