import { readSession, type Session, type TokenStorage, writeSession } from '../core/index.ts'
import type { AppsmithBridge } from './bridge.ts'
import type { JsonObject } from './host.ts'
import { createModelReader } from './modelSession.ts'

/** How a widget that refreshes by itself keeps its tokens on the page. */
export interface WidgetRefreshesOptions {
  /** The event that hands the tokens to the page, as `tokens`. Default `onTokens`. */
  event?: string
  /** Where the tokens are in the model. It must be a nested object. Default `model.auth`. */
  select?: (model: JsonObject) => unknown
  /** After how many milliseconds without an echo the author is told, once. Default 5000. */
  echoTime?: number
}

/** What this widget holds; without a session it has removed one. `seen`: the page has shown the session, in any revision. */
interface Held {
  readonly session?: Session
  readonly text?: string
  readonly removed?: Session
  readonly echo: 'awaited' | 'seen'
}

/** One session's revisions are counted; of two sessions the later one holds. */
const isNewer = (one: Session, other: Session) =>
  one.id === other.id ? one.revision > other.revision : one.obtainedAt > other.obtainedAt

/**
 * The widget refreshes, the page keeps: a storage for `createAuthClient` whose `get` is the model, whose `set` is an
 * event, and which hears of changes by the model. What was set holds at once; echoes of older revisions are ignored; and
 * where nobody answers (event not declared, builder) the session goes on in memory.
 *
 * The refresh token is inside the widget then. Several widgets refresh each on their own: with a server that rotates
 * refresh tokens use {@link hostRefreshes}.
 *
 * @example
 * ```ts
 * const bridge = createAppsmithBridge()
 * const client = createAuthClient({ endpoint: baserow('https://api.baserow.io'), storage: widgetRefreshes(bridge) })
 * ```
 */
export function widgetRefreshes(bridge: AppsmithBridge, options: WidgetRefreshesOptions = {}): TokenStorage {
  const { event = 'onTokens', echoTime = 5_000 } = options
  const reader = createModelReader(options.select ?? ((model) => model.auth))
  const read = () => reader(bridge.getState().model).session
  let held: Held | undefined
  let warned = false

  /** The newest of what the model says and what is held here. */
  function current(): string | undefined {
    const told = read()
    const own = held?.session ?? held?.removed
    if (told && own && (told.id !== own.id || told.revision > own.revision) && !isStale(told, own)) held = take(told)
    else if (told && !own) held = take(told)
    else if (told && told.id === held?.session?.id) held = { ...held, echo: 'seen' }
    // What the page has kept and shows no more it has thrown away: somebody signed out there.
    else if (!told && held?.session && held.echo === 'seen') held = { removed: held.session, echo: 'seen' }
    return held?.text
  }
  const isStale = (told: Session, own: Session) => !isNewer(told, own) && !(held?.removed && told.id !== own.id)
  const take = (session: Session): Held => ({ session, text: writeSession(session), echo: 'seen' })

  function hold(text: string | undefined) {
    const session = readSession(text)
    held = session ? { session, text, echo: 'awaited' } : { removed: held?.session ?? read(), echo: 'awaited' }
    bridge.triggerEvent(event, { tokens: session ?? null })
    if (session && !warned) setTimeout(warnWithoutEcho, echoTime, session)
  }

  function warnWithoutEcho(session: Session) {
    current()
    const told = read()
    const echoed = told?.id === session.id && told.revision >= session.revision
    if (warned || echoed || held?.session !== session) return
    warned = true
    console.warn(
      `authed: the page has not answered the event "${event}". Add it to the widget's events with {{ storeValue('auth', tokens) }} and bind { auth: appsmith.store.auth } as its model. Until then the session lives in this widget only.`,
    )
  }

  return {
    name: 'Appsmith, by model and event',
    reach: 'tab',
    async get() {
      if (!held) await bridge.whenReady()
      return current()
    },
    set: (_key, text) => hold(text),
    remove: () => hold(undefined),
    swap(_key, expected, next) {
      const [was, now, then] = [expected, current(), next].map(readSession)
      const changedHands = now?.id !== was?.id
      const goesOn = !then && now && was && isNewer(now, was)
      if (changedHands || goesOn) return false
      // Another widget may have refreshed the same session meanwhile: the newer tokens stay.
      if (!then || !now || isNewer(then, now)) hold(next)
      return true
    },
    subscribe(_key, listener) {
      let last = held?.text
      return bridge.subscribe(() => {
        const next = current()
        if (next === last) return
        last = next
        listener()
      })
    },
  }
}
