import { ask } from './ask.ts'
import { type AuthFetch, createAuthFetch } from './authFetch.ts'
import { createEngine } from './engine.ts'
import { AuthError, asAuthError } from './errors.ts'
import { type Inspection, inspectSession } from './inspection.ts'
import type { AuthClientOptions } from './options.ts'
import { settingsOf } from './settings.ts'
import type { AuthState } from './state.ts'
import { livesFor, nextSession, readClaims, type TokenResponse } from './tokens.ts'

/** What a caller may ask of a token. */
export interface GetAccessTokenOptions {
  /** How long it must still be valid, in milliseconds; at most 80 % of its lifetime. Default: the expiry margin. */
  minValidity?: number
  /** Ends the waiting of this caller, not the refresh. */
  signal?: AbortSignal | null
}

/** Keeps one session alive. Its methods need no `this`. */
export interface AuthClient<Credentials = unknown> {
  readonly key: string
  getState(): AuthState
  /** Calls `listener` after every change of the state. Returns what unsubscribes it. */
  subscribe(listener: () => void): () => void
  /**
   * A token that is valid for at least the expiry margin; while refreshing keeps failing, one that is valid still.
   *
   * @throws {@link AuthError}: `signed_out`, `session_ended`, or why it could not be fetched.
   */
  getAccessToken(options?: GetAccessTokenOptions): Promise<string>
  /** The same without waiting: `undefined` where a wait is needed. Starts nothing. */
  peekAccessToken(): string | undefined
  /** `fetch` with the token attached; replayed once after a 401. Refuses origins that are not allowed. */
  readonly fetch: AuthFetch
  /** @throws {@link AuthError}: `sign_in_rejected` for wrong credentials, else why it failed. Not retried. */
  signIn(credentials: Credentials): Promise<void>
  /**
   * Takes over tokens that came another way: a redirect, a server, a native shell, the library before this one. Where only
   * the refresh token is known, the first access token is fetched with it.
   *
   * @throws {@link AuthError}: `invalid_response` for a token that no header can carry, else why none could be fetched.
   */
  setTokens(tokens: Partial<TokenResponse> & ({ accessToken: string } | { refreshToken: string })): Promise<void>
  /** Fetches a new token now; callers in the same moment share one request. @throws {@link AuthError} */
  refresh(): Promise<void>
  /**
   * Declares the access token dead, as a 401 of the API would: nobody gets it any more, and the next one is fetched as
   * soon as somebody wants it. For what tells of a dead token in another way than by a status: a closed socket, a stream.
   */
  expire(): void
  /** Ends the session here and in all tabs at once, then tells the server. Never rejects. */
  signOut(): Promise<void>
  inspect(): Inspection
  /** Restores the session, listens to tabs, page and network, refreshes ahead. Returns what unmounts it. Mounts are counted. */
  mount(): () => void
}

/** Makes a client. Touches nothing until it is mounted or asked for something. */
export function createAuthClient<Credentials = unknown>(
  options: AuthClientOptions<Credentials>,
): AuthClient<Credentials> {
  const settings = settingsOf(options)
  const { key, clock, storage, record, lock } = settings
  const engine = createEngine(settings)
  const { refresher, waiters, dispatch, check, restore, note } = engine
  /** Counts sign-ins and sign-outs, so that only the last one counts. */
  let hand = 0

  /** The session, where its token may be handed out without a wait. */
  function servable(until: 'aheadAt' | 'waitAt') {
    const { session, thresholds, unwanted } = engine.state
    const now = clock.now()
    return now < thresholds[until] && now >= engine.seenAt && unwanted === undefined ? session : undefined
  }

  function outgrow(type: 'tokenRejected' | 'refreshAsked') {
    const { revision } = engine.state.session ?? {}
    if (revision !== undefined) dispatch({ type, revision })
  }

  function getAccessToken(wish: GetAccessTokenOptions = {}): Promise<string> {
    const session = servable('aheadAt')
    if (session && !wish.signal?.aborted) {
      if (livesFor(session, wish.minValidity ?? 0, clock.now())) return Promise.resolve(session.accessToken)
      outgrow('refreshAsked')
    }
    const answer = waiters.add(wish, engine.state)
    restore().then(check)
    check()
    return answer
  }

  /** The token after the current one. */
  async function replaceToken(why: 'tokenRejected' | 'refreshAsked', signal?: AbortSignal | null): Promise<string> {
    await restore()
    const answer = waiters.add({ beyond: engine.state.session?.revision, signal }, engine.state)
    outgrow(why)
    check()
    return answer
  }

  async function take(response: TokenResponse, sentAt: number, ownHand: number) {
    if (ownHand !== hand) {
      void refresher.revoke(response.refreshToken)
      throw new AuthError('signed_out', 'A later sign-in or sign-out has overtaken this one. Nothing is to be done.')
    }
    const session = nextSession({ ...settings, response, sentAt })
    dispatch({ type: 'signedIn', session })
    await record.write(session)
    check()
  }

  return {
    key,
    getState: () => engine.snapshot,
    subscribe(listener) {
      engine.listeners.add(listener)
      return () => engine.listeners.delete(listener)
    },
    getAccessToken,
    peekAccessToken: () => servable('waitAt')?.accessToken,
    fetch: createAuthFetch(settings, {
      getAccessToken,
      replaceToken(token, { signal }) {
        note('unauthorized')
        const rejectedAt = clock.now()
        const isCurrent = token === engine.state.session?.accessToken
        const next = isCurrent ? replaceToken('tokenRejected', signal) : getAccessToken({ signal })
        next.then(
          () => note('replayed', { duration: clock.now() - rejectedAt }),
          () => {},
        )
        return next
      },
      guard() {
        let userId = engine.state.session?.userId
        return () => {
          const current = engine.state.session?.userId
          userId ??= current
          if (!current || current !== userId) throw engine.explainEnd()
        }
      },
    }),
    async signIn(credentials) {
      const ownHand = ++hand
      const sentAt = clock.now()
      const response = await ask(settings, 'signIn', credentials).catch(rethrow)
      await take(response, sentAt, ownHand)
    },
    async setTokens(tokens) {
      const ownHand = ++hand
      const sentAt = clock.now()
      const { accessToken, refreshToken, expiresIn, expiresAt } = tokens
      if (accessToken === undefined && refreshToken) {
        const response = await ask(settings, 'refresh', refreshToken).catch(rethrow)
        return take({ ...response, refreshToken: response.refreshToken ?? refreshToken }, sentAt, ownHand)
      }
      const { exp } = readClaims(accessToken) ?? {}
      const diesAt = expiresAt ?? (expiresIn === undefined && exp ? exp * 1000 : undefined)
      await take({ ...(tokens as TokenResponse), expiresAt: diesAt }, sentAt, ownHand)
    },
    refresh: async () => void (await replaceToken('refreshAsked')),
    expire() {
      outgrow('tokenRejected')
      check()
    },
    async signOut() {
      hand++
      // What is stored is read before it is removed, so that the server hears of it too.
      const leaving = engine.state.restored ? engine.state.session : restore()
      dispatch({ type: 'signedOut' })
      await record.write(undefined)
      const session = await leaving
      if (session || settings.cookie) await refresher.revoke(session?.refreshToken)
    },
    inspect: () => ({
      key,
      now: clock.now(),
      state: engine.snapshot,
      storage: { name: storage.name, reach: storage.reach, error: record.trouble },
      lock: lock?.name,
      holdsLock: refresher.isHolding(),
      waiting: waiters.size,
      ...inspectSession(engine.state),
      timeline: engine.timeline,
    }),
    mount: engine.mount,
  }
}

const rethrow = (error: unknown) => Promise.reject(asAuthError(error))
