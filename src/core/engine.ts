import { broadcastChannel, type ChannelMessage, isHolderAlive } from './channel.ts'
import { longestDelay, systemClock } from './clock.ts'
import { AuthError, tolerate } from './errors.ts'
import { type Effect, initialState, type MachineEvent, type MachineState, type Policy } from './facts.ts'
import { tabLock, timedLock } from './lock.ts'
import { dueAt, transition } from './machine.ts'
import { type AuthClientOptions, delayAfter, endures } from './options.ts'
import { sessionRecord } from './record.ts'
import { asAuthError, createRefresher, type Outcome } from './refresher.ts'
import { type AuthState, publicState } from './state.ts'
import { indexedDbStorage } from './storage/indexedDb.ts'
import { createTimeline, type TimelineEntry, type TimelineType } from './timeline.ts'
import type { Session } from './tokens.ts'
import { createWaiters } from './waiters.ts'
import { browserWake } from './wake.ts'

const clamp = (margin: number) => Math.min(Math.max(margin, 250), 5_000)

/** What runs the machine. */
export type Engine = ReturnType<typeof createEngine>

/** Feeds the machine with facts, carries out its orders, and holds its state. Everything stateful is here. */
export function createEngine<Credentials>(options: AuthClientOptions<Credentials>) {
  const { endpoint, key = 'authed', timeLimit = 10_000, clock = systemClock, wake = browserWake } = options
  const storage = options.storage ?? indexedDbStorage()
  const fetch: typeof globalThis.fetch = options.fetch ?? ((...request) => globalThis.fetch(...request))
  const cookie = endpoint.refreshTokenIn === 'cookie'
  const policy: Policy = { ...options, cookie, credentials: options.credentials !== undefined }
  const shared = storage.reach === 'browser' || cookie
  const channel = shared ? (options.channel ?? broadcastChannel(key)) : undefined
  const lock =
    channel &&
    (options.lock ?? tabLock({ clock, patience: timeLimit * 1.5, isHolderAlive: () => isHolderAlive(channel, clock) }))
  const record = sessionRecord(storage, key, clock)
  const timed = lock && timedLock(lock, clock, (duration) => note('lockTaken', { duration }))
  const refresher = createRefresher({ ...options, clock, record, lock: timed, channel, tell, key, timeLimit, fetch })
  const waiters = createWaiters((count, error) => endures(options.retry, count, error), explainEnd, schedule)
  const timeline = createTimeline()
  const listeners = new Set<() => void>()

  let abort = new AbortController()
  let restoring: Promise<Session | undefined> | undefined
  let timer: unknown
  let retrial: unknown
  let silentReads = 0
  let mounts = 0
  let detachers: ((() => void) | undefined)[] = []
  const engine = {
    ...{
      key,
      timeLimit,
      clock,
      storage,
      fetch,
      cookie,
      lock,
      record,
      refresher,
      waiters,
      timeline,
      listeners,
    },
    state: initialState as MachineState,
    snapshot: publicState(initialState) as AuthState,
    /** The latest instant seen: an earlier one tells that the clock was set back. */
    seenAt: 0,
    explainEnd,
    note,
    tell,
    dispatch,
    check,
    restore,
    mount,
  }

  function explainEnd() {
    if (engine.state.session) return new AuthError('session_ended', 'Somebody else has signed in meanwhile. Ask again.')
    return new AuthError('signed_out', 'Nobody is signed in. Call `signIn` first.')
  }

  /** Other tabs find out by themselves, later, where they cannot be told. */
  function tell(message: ChannelMessage) {
    tolerate(() => channel?.post(message))
  }

  function note(type: TimelineType, details?: Partial<TimelineEntry>) {
    timeline.add({ type, at: clock.now(), revision: engine.state.session?.revision, ...details })
  }

  function dispatch(event: MachineEvent, details?: Partial<TimelineEntry>) {
    const now = clock.now()
    // First of all: what comes next may be counted from the new time already.
    if (now < engine.seenAt) apply({ type: 'clockSetBack', by: engine.seenAt - now })
    engine.seenAt = now
    apply(event, details)
  }

  function apply(event: MachineEvent, details?: Partial<TimelineEntry>) {
    const before = engine.state
    const [next, effects] = transition(before, event, policy)
    if (next !== before) {
      engine.state = next
      engine.snapshot = publicState(engine.state, engine.snapshot)
      const { nextRefreshAt } = engine.snapshot
      const failure = 'error' in event &&
        event.error && { code: event.error.code, delay: nextRefreshAt && nextRefreshAt - event.now }
      if (event.type !== 'ticked') note(event.type, { ...details, ...failure })
    }
    // Before anybody hears of it: what a listener starts belongs to the new state, and must not be aborted with the old.
    for (const effect of effects) carryOut(effect)
    if (next !== before) for (const listener of [...listeners]) tolerate(listener)
    waiters.settle(engine.state, clock.now())
  }

  function carryOut(effect: Effect) {
    if (effect.type === 'obtain') return void obtain(effect, abort.signal)
    if (effect.type === 'refuse') return waiters.refuse(effect.error)
    abort.abort(explainEnd())
    abort = new AbortController()
  }

  async function obtain({ means, session, generation }: Effect & { type: 'obtain' }, signal: AbortSignal) {
    const startedAt = clock.now()
    note('attemptStarted')
    let outcome: Outcome
    try {
      // Credentials may come from a person, so they are awaited before the lock is taken.
      const order =
        means === 'refresh' ? { session, signal } : { session, signal, credentials: await options.credentials?.() }
      outcome = await refresher.run(order)
    } catch (error) {
      outcome = { type: 'failed', error: asAuthError(error) }
    }
    if (generation !== engine.state.generation) return
    // Another tab has brought a newer token meanwhile: that this attempt failed says nothing about that one.
    const { session: current } = engine.state
    if (outcome.type === 'failed' && current && current.revision !== session?.revision) {
      outcome = { type: 'adopted', session: current }
    }
    const now = clock.now()
    if (outcome.type === 'obtained' && (outcome.session.expiresAt ?? Infinity) <= now) {
      const message = 'The new token was dead when it came: the endpoint answers more slowly than its tokens live.'
      outcome = { type: 'failed', session: outcome.session, error: new AuthError('invalid_response', message) }
    }
    const details = { duration: now - startedAt }
    if (outcome.type === 'failed') {
      waiters.noteFailure()
      const { error, session } = outcome
      const delay = delayAfter(options.retryDelay, engine.state.failureCount + 1, error)
      dispatch({ type: 'refreshFailed', generation, error, delay, now, session }, details)
    } else if (outcome.type === 'vanished') dispatch({ type: 'vanished' }, details)
    else {
      const type = outcome.type === 'adopted' ? 'adopted' : 'refreshed'
      dispatch({ type, generation, session: outcome.session, now }, details)
    }
    check()
  }

  /** Compares everything with the clock and starts what is due. */
  function check() {
    const now = clock.now()
    dispatch({ type: 'ticked', now, demand: demand() })
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

  /** Until the storage answers, or `retry` endures its silence no longer: then the page may do without, but looks again. */
  async function readStored(): Promise<Session | undefined> {
    const { session, late } = await record.read()
    if (engine.state.restored) return session
    const error = cookie || policy.credentials ? undefined : late
    if (error) {
      silentReads++
      if (tolerate(() => endures(options.retry, silentReads, error))) return readStored()
      restoring = undefined
      clock.clearTimeout(retrial)
      const delay = delayAfter(options.retryDelay, silentReads, error)
      if (mounts) retrial = clock.setTimeout(() => restore().then(check), delay)
    }
    dispatch({ type: 'restored', session, error, now: clock.now() })
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
    if (session && (session.id !== known?.id || session.revision > known.revision)) {
      dispatch({ type: 'adopted', session, now: clock.now() })
    } else if (text === undefined) dispatch({ type: 'vanished' })
    check()
  }

  function attach() {
    detachers = [
      channel?.subscribe(({ type }) => type === 'changed' && look()),
      storage.subscribe?.(key, look),
      wake.subscribe((fact) => {
        if (fact === 'offline') return dispatch({ type: 'wentOffline', now: clock.now() })
        dispatch({ type: fact === 'online' ? 'cameOnline' : 'woke' })
        if (channel) void look()
        check()
      }),
    ]
    dispatch(wake.isOnline() ? { type: 'cameOnline' } : { type: 'wentOffline', now: clock.now() })
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
