import { longestDelay } from './clock.ts'
import { AuthError, bareCause, isAuthError, tolerate } from './errors.ts'
import { type Effect, initialState, type MachineEvent, type MachineState } from './facts.ts'
import { dueAt, transition } from './machine.ts'
import { delayAfter, endures } from './options.ts'
import { createRefresher, failed } from './refresher.ts'
import type { Settings } from './settings.ts'
import { type AuthState, publicState } from './state.ts'
import { type TimelineEntry, type TimelineType, timelineLength } from './timeline.ts'
import { newsIn, type Session } from './tokens.ts'
import { createWaiters } from './waiters.ts'

const clamp = (margin: number) => Math.min(Math.max(margin, 250), 5_000)

/** Feeds the machine with facts, carries out its orders, and holds its state. */
export function createEngine(settings: Settings) {
  const { clock, wake, storage, key, channel, record } = settings
  const refresher = createRefresher(settings, (duration) => note('lockTaken', { duration }))
  const waiters = createWaiters(settings.retry, explainEnd, schedule)
  const listeners = new Set<() => void>()

  let abort = new AbortController()
  let restoring: Promise<Session | undefined> | undefined
  let timer: unknown
  let retrial: unknown
  let silentReads = 0
  let mounts = 0
  let detachers: ((() => void) | undefined)[] = []
  const engine = {
    ...{ refresher, waiters, listeners, explainEnd, note, dispatch, check, restore, mount },
    state: initialState as MachineState,
    snapshot: publicState(initialState) as AuthState,
    timeline: [] as readonly TimelineEntry[],
    /** The latest instant seen: an earlier one tells that the clock was set back. */
    seenAt: 0,
  }

  function explainEnd() {
    if (engine.state.session) return new AuthError('session_ended', 'Somebody else has signed in meanwhile. Ask again.')
    return new AuthError('signed_out', 'Nobody is signed in. Call `signIn` first.')
  }

  function note(type: TimelineType, details?: Partial<TimelineEntry>) {
    const entry = { type, at: clock.now(), revision: engine.state.session?.revision, ...details }
    engine.timeline = [...engine.timeline, entry].slice(-timelineLength)
  }

  function dispatch(event: MachineEvent, details?: Partial<TimelineEntry>) {
    const now = clock.now()
    const by = engine.seenAt - now
    engine.seenAt = now
    // First of all: what comes next may be counted from the new time already.
    if (by > 0) apply({ type: 'clockSetBack', by }, now)
    apply(event, now, details)
  }

  function apply(event: MachineEvent, now: number, details?: Partial<TimelineEntry>) {
    const before = engine.state
    const [next, effects] = transition(before, event, now, settings)
    if (next !== before) {
      engine.state = next
      engine.snapshot = publicState(next, engine.snapshot)
      const { nextRefreshAt } = engine.snapshot
      const failure = 'error' in event &&
        event.error && { code: event.error.code, delay: nextRefreshAt && nextRefreshAt - now }
      if (event.type !== 'ticked') note(event.type, { ...details, ...failure })
    }
    // Before anybody hears of it: what a listener starts belongs to the new state, and must not be aborted with the old.
    for (const effect of effects) carryOut(effect)
    if (next !== before) for (const listener of [...listeners]) tolerate(listener)
    waiters.settle(engine.state, clock.now())
  }

  function carryOut(effect: Effect) {
    if (effect.type === 'obtain') return void obtain(engine.state, abort.signal)
    if (effect.type === 'refuse') return waiters.refuse(effect.error)
    abort.abort(explainEnd())
    abort = new AbortController()
  }

  async function obtain({ means, session, generation }: MachineState, signal: AbortSignal) {
    const startedAt = clock.now()
    note('attemptStarted')
    // Credentials may come from a person, so they are awaited before the lock is taken.
    const signIn = async () => refresher.run({ session, signal, credentials: await ownCredentials() })
    let outcome = await (means === 'refresh' ? refresher.run({ session, signal }) : signIn().catch(failed))
    const now = clock.now()
    const { session: current, failureCount } = engine.state
    if (outcome.type === 'refreshed' && (outcome.session.expiresAt ?? Infinity) <= now) {
      const message = 'The new token was dead when it came: the endpoint answers more slowly than its tokens live.'
      outcome = { ...outcome, type: 'refreshFailed', error: new AuthError('invalid_response', message) }
    } else if (outcome.type === 'refreshFailed' && current && current.revision !== session?.revision) {
      // Another tab has brought a newer token meanwhile: that this attempt failed says nothing about that one.
      outcome = { type: 'adopted', session: current }
    }
    const event =
      outcome.type === 'refreshFailed'
        ? { ...outcome, delay: delayAfter(settings.retryDelay, failureCount + 1, outcome.error) }
        : outcome
    dispatch({ ...event, generation }, { duration: now - startedAt })
    check()
  }

  /** What `credentials` throws is final, unless it says otherwise: a person has closed the dialog, say. */
  async function ownCredentials() {
    try {
      return await settings.credentials?.()
    } catch (cause) {
      if (isAuthError(cause)) throw cause
      const message =
        'The `credentials` option threw: `cause` says why. It is called again by the next `getAccessToken`.'
      throw new AuthError('signed_out', message, { cause: bareCause(cause) })
    }
  }

  /** Compares everything with the clock and starts what is due. */
  function check() {
    dispatch({ type: 'ticked', demand: demand() })
    schedule()
  }

  function demand() {
    if (waiters.size) return 'caller'
    return mounts && wake.isVisible() ? 'page' : 'none'
  }

  /** The wall clock decides; the timer only wakes. */
  function schedule() {
    clock.clearTimeout(timer)
    const now = clock.now()
    const dueIn = demand() === 'none' ? Infinity : Math.max(dueAt(engine.state) - now, 1)
    const { expiresAt = Infinity } = engine.state.session ?? {}
    const expiresIn = expiresAt - now
    // A clock that is set back is noticed within the margin, so that no dead token passes for a live one meanwhile.
    const watch = mounts && Number.isFinite(expiresAt) ? clamp(expiresAt - engine.state.thresholds.waitAt) : Infinity
    const delay = Math.min(dueIn, watch, expiresIn > 0 && (mounts || waiters.size) ? expiresIn : Infinity)
    if (Number.isFinite(delay)) timer = clock.setTimeout(check, Math.min(delay, longestDelay))
  }

  function restore() {
    restoring ??= readStored()
    return restoring
  }

  /** Reads until the storage answers or `retry` is used up: the page then begins signed out, and it is read again later. */
  async function readStored(): Promise<Session | undefined> {
    const { session, late } = await record.read()
    if (engine.state.restored) return session
    const error = settings.cookie || settings.credentials ? undefined : late
    if (error) {
      silentReads++
      if (tolerate(() => endures(settings.retry, silentReads, error))) return readStored()
      restoring = undefined
      clock.clearTimeout(retrial)
      const delay = delayAfter(settings.retryDelay, silentReads, error)
      if (mounts) retrial = clock.setTimeout(() => restore().then(check), delay)
    }
    dispatch({ type: 'restored', session, error })
    return session
  }

  /** Looks what other tabs have stored. */
  async function look() {
    if (!engine.state.restored) await restore()
    if (!engine.state.restored) return
    const { session: known, generation } = engine.state
    const { session, text, silent } = await record.read()
    // What was read before this tab signed in or out is no news any more.
    if (silent || engine.state.session !== known || generation !== engine.state.generation) return
    const news = newsIn(session, known)
    if (news) dispatch({ type: 'adopted', session: news })
    else if (text === undefined) dispatch({ type: 'vanished' })
    check()
  }

  function attach() {
    detachers = [
      channel?.subscribe(({ type }) => type === 'changed' && look()),
      storage.subscribe?.(key, look),
      wake.subscribe((fact) => {
        if (fact === 'offline') return dispatch({ type: 'wentOffline' })
        dispatch({ type: fact === 'online' ? 'cameOnline' : 'woke' })
        if (channel) void look()
        check()
      }),
    ]
    dispatch({ type: wake.isOnline() ? 'cameOnline' : 'wentOffline' })
    if (engine.state.restored) void look()
    restore().then(check)
  }

  function mount() {
    if (mounts++ === 0) attach()
    let mounted = true
    return () => {
      if (!mounted) return
      mounted = false
      if (--mounts > 0) return
      for (const detach of detachers) detach?.()
      clock.clearTimeout(retrial)
      schedule()
    }
  }

  return engine
}
