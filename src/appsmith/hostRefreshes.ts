import { AuthError, type TokenEndpoint, type TokenResponse, type TokenStorage, writeSession } from '../core/index.ts'
import type { AppsmithBridge } from './bridge.ts'
import type { JsonObject } from './host.ts'
import { createModelReader } from './modelSession.ts'

/** What the widget asks its page, as the event's `authRequest`. */
export interface AuthRequest {
  id: string
  /** The revision that is about to die or was refused. Where the page's is greater, there is nothing to do. */
  staleRevision?: number
}

/** How a widget gets its tokens from the page. */
export interface HostRefreshesOptions {
  /** The API that the widget calls: its header scheme, its origins, and which 401 tells of a dead token. */
  dialect?: Pick<TokenEndpoint, 'scheme' | 'origins' | 'isTokenRejected'>
  /** The event that asks the page for the next token. Default `onAuthRefresh`. */
  refreshEvent?: string
  /** The event that tells the page that the person has signed out. Default `onSignOut`. */
  signOutEvent?: string
  /** Where the tokens are in the model. It must be a nested object. Default `model.auth`. */
  select?: (model: JsonObject) => unknown
}

/** Stands where a refresh token would: the real one never leaves the page. */
const heldByPage = 'held by the page'
const final = /^(signed_out|session_ended|sign_in_rejected)$/

/**
 * The page refreshes, the widget only uses access tokens: an endpoint and a storage for `createAuthClient`, made from the
 * bridge. The page's model brings `accessToken`, `revision` and `expiresAt`; one event asks for the next revision.
 *
 * @example
 * ```ts
 * const bridge = createAppsmithBridge()
 * const client = createAuthClient({ ...hostRefreshes(bridge, { dialect: baserow('https://api.baserow.io') }) })
 * ```
 */
export function hostRefreshes(
  bridge: AppsmithBridge,
  options: HostRefreshesOptions = {},
): { endpoint: TokenEndpoint<never>; storage: TokenStorage } {
  const { dialect = {}, refreshEvent = 'onAuthRefresh', signOutEvent = 'onSignOut' } = options
  const reader = createModelReader(options.select ?? ((model) => model.auth))
  const read = () => reader(bridge.getState().model)
  /** What was removed here may stand in the model a little longer. */
  let removed: { id: string; revision: number } | undefined
  let requests = 0
  /** The error that stood in the model when the page was asked, as text; absent while nothing is asked. */
  let formerError: string | undefined

  function current() {
    const { session } = read()
    const gone = session && session.id === removed?.id && session.revision <= removed.revision
    return gone ? undefined : session
  }
  const text = () => {
    const session = current()
    return session && writeSession({ ...session, refreshToken: heldByPage })
  }
  const remove = () => {
    removed = read().session
  }

  const isRefusal = (error: unknown) => formerError !== undefined && error && errorText(error) !== formerError

  function ask(signal: AbortSignal): Promise<TokenResponse> {
    const stale = read()
    formerError = errorText(stale.error)
    const isNews = ({ session }: typeof stale) =>
      session && (session.id !== stale.session?.id || session.revision > stale.session.revision)
    return new Promise((resolve, reject) => {
      const finish = () => {
        formerError = undefined
        leave()
        signal.removeEventListener('abort', abort)
      }
      const abort = () => {
        finish()
        reject(signal.reason)
      }
      const look = () => {
        const word = read()
        if (!isNews(word) && !isRefusal(word.error)) return
        finish()
        if (!isNews(word)) return reject(asError(word.error))
        const { accessToken, expiresAt } = word.session as NonNullable<typeof word.session>
        resolve({ accessToken, expiresAt })
      }
      const leave = bridge.subscribe(look)
      signal.addEventListener('abort', abort)
      const authRequest: AuthRequest = { id: `${Date.now()}-${++requests}`, staleRevision: stale.toldRevision }
      bridge.triggerEvent(refreshEvent, { authRequest })
    })
  }

  return {
    endpoint: {
      ...dialect,
      refresh(_, { signal }) {
        if (bridge.getState().mode === 'BUILDER') {
          throw new AuthError('server', `Appsmith's builder runs no events, so "${refreshEvent}" is tried again later.`)
        }
        return ask(signal)
      },
      revoke: () => bridge.triggerEvent(signOutEvent),
    },
    storage: {
      name: 'Appsmith, refreshed by the page',
      reach: 'tab',
      async get() {
        await bridge.whenReady()
        return text()
      },
      // The page writes; the widget follows.
      set: () => {},
      remove,
      swap(_key, _expected, next) {
        if (next === undefined) remove()
        return true
      },
      subscribe(_key, listener) {
        let last = text()
        return bridge.subscribe(() => {
          const next = text()
          // Whoever asked gets the reason; without it a session that has ended would seem to be signed out.
          if (next === last || isRefusal(read().error)) return
          last = next
          listener()
        })
      },
    },
  }
}

const errorText = (error: unknown) => JSON.stringify(error) ?? 'none'

/** What the page says went wrong: an {@link AuthError}'s code, or any text. */
function asError(error: unknown): AuthError {
  const { code = error } = (error && typeof error === 'object' ? error : {}) as { code?: unknown }
  const known = typeof code === 'string' && final.test(code)
  const message = 'The page could not refresh the session. '
  if (known) return new AuthError(code as 'session_ended', `${message}Sign in again.`)
  return new AuthError('server', `${message}It is tried again by itself.`)
}
