import type { Channel, ChannelMessage } from './channel.ts'
import type { Clock } from './clock.ts'
import type { EndpointContext, TokenEndpoint } from './endpoints/endpoint.ts'
import { AuthError, bareCause, isAuthError } from './errors.ts'
import type { Lock } from './lock.ts'
import type { Reading, SessionRecord } from './record.ts'
import { type Claims, nextSession, type Session, type TokenResponse } from './tokens.ts'
import { within } from './within.ts'

/** What came of one attempt to get the next token. */
export type Outcome =
  /** The endpoint gave a new token, or another tab had brought one. */
  | { type: 'obtained' | 'adopted'; session: Session }
  /** Another tab has removed the session. */
  | { type: 'vanished' }
  /** With a session where a token came, but dead already. */
  | { type: 'failed'; error: AuthError; session?: Session }

/** What {@link createRefresher} works with. */
export interface RefresherOptions<Credentials> {
  clock: Clock
  endpoint: TokenEndpoint<Credentials>
  record: SessionRecord
  /** Absent where no other tab can share the session. */
  lock?: Pick<Lock, 'run'>
  key: string
  timeLimit: number
  fetch: typeof fetch
  lifetime?: number
  getUserId?: (claims: Claims) => string | number | undefined
  /** Absent where no other tab can share the session. */
  channel?: Channel
  /** Posts to the other tabs; never throws. */
  tell: (message: ChannelMessage) => void
}

/** One attempt: the session to refresh, or the credentials to sign in with. */
export interface Order {
  session?: Session
  /** Given: sign in with them instead of refreshing. */
  credentials?: unknown
  /** Aborts when the session changes hands. */
  signal: AbortSignal
}

/** The lock, from the moment it is asked for; `lost` once another tab has taken it. */
interface Grip {
  held?: true
  lost?: AuthError
}

/** New tokens that the storage would not take. */
interface Unwritten {
  reading: Reading
  session: Session
  signal: AbortSignal
}

/** An attempt and who waits for it. */
interface Turn {
  order: Order
  resolve: (outcome: Outcome) => void
}

const signsIn = (order: Order) => 'credentials' in order
const writePause = 1_000
const longestWritePause = 30_000

/** Runs attempts one at a time, over all tabs. */
export function createRefresher<Credentials>(options: RefresherOptions<Credentials>) {
  const { clock, endpoint, record, lock, channel, tell, key, timeLimit } = options
  /** Attempts that wait for the lock, which a tab asks for but once: else it would wait for itself, and rob itself. */
  const turns: Turn[] = []
  let grip: Grip | undefined
  /** What this tab has got last. */
  let latest: Session | undefined
  let interrupt = () => {}
  const announce = (revision: number) => tell({ type: 'changed', revision })

  const call = (order: Order, current: Session | undefined) =>
    within(
      clock,
      timeLimit,
      (signal): TokenResponse | PromiseLike<TokenResponse> => {
        const context: EndpointContext = { signal, fetch: options.fetch }
        if (signsIn(order)) return requireCall(endpoint.signIn, 'signIn')(order.credentials as Credentials, context)
        return requireCall(endpoint.refresh, 'refresh')(current?.refreshToken, context)
      },
      order.signal,
    )

  /** Another tab's session, where it is news. */
  function newsIn({ session }: Reading, own: Session | undefined): Session | undefined {
    return session && (session.id !== own?.id || session.revision > own.revision) ? session : undefined
  }

  /** What stands in the record; read again from a slow storage, and after a sleep, in which a tab may have robbed this one. */
  async function readAwake(): Promise<Reading> {
    const askedAt = clock.now()
    const reading = await record.read()
    return reading.late || clock.now() - askedAt > timeLimit ? record.read() : reading
  }

  async function attempt(order: Order, grip: Grip): Promise<[Outcome, Reading?]> {
    const before = await readAwake()
    if (order.signal.aborted) throw order.signal.reason
    if (grip.lost) throw grip.lost
    // An attempt may have waited so long that another one of this tab has got ahead of it.
    const own =
      latest && newsIn({ session: latest }, order.session) && latest.id === order.session?.id ? latest : undefined
    const news = newsIn(before, own ?? order.session) ?? own
    if (news) return [{ type: 'adopted', session: news }]
    // The storage answers and holds nothing: another tab has signed out.
    const isGone = lock && !before.silent && before.text === undefined
    if (isGone && order.session && !signsIn(order)) return [{ type: 'vanished' }]
    const sentAt = clock.now()
    try {
      const response = await call(order, order.session)
      const previous = signsIn(order) ? undefined : order.session
      const session = nextSession({ ...options, previous, response, sentAt, formerUserId: order.session?.userId })
      latest = session
      return await commit(before, session)
    } catch (cause) {
      if (order.signal.aborted) throw order.signal.reason
      const error = asAuthError(cause, order.session)
      if (error.transient) return [{ type: 'failed', error }]
      const after = newsIn(await record.read(), order.session)
      if (after) return [{ type: 'adopted', session: after }]
      if (!signsIn(order) && (await record.replace(before, undefined)) === 'written') announce(0)
      return [{ type: 'failed', error }]
    }
  }

  /**
   * Writes the new tokens before anybody hears of them. Where the record has changed while the answer was under way:
   * after a sign-in or sign-out they are nobody's and are given back; where the same session was refreshed elsewhere,
   * giving them back would end it on the server; and over an earlier revision they are written all the same.
   */
  async function commit(before: Reading, session: Session): Promise<[Outcome, Reading?]> {
    const writing = await record.replace(before, session)
    if (writing !== 'changed') {
      return [{ type: 'obtained', session }, writing === 'failed' && before.text ? before : undefined]
    }
    const after = await record.read()
    const { session: stored } = after
    if (after.silent)
      return [failed(new AuthError('storage', 'The storage does not answer. It is tried again by itself.'))]
    if (stored?.id === session.id && stored.revision < session.revision) return commit(after, session)
    if (stored?.id !== session.id) void revoke(session.refreshToken)
    return [stored ? { type: 'adopted', session: stored } : { type: 'vanished' }]
  }

  function revoke(refreshToken: string | undefined): Promise<void> {
    return within(clock, timeLimit, (signal) =>
      endpoint.revoke?.(refreshToken, { signal, fetch: options.fetch }),
    ).catch(() => {})
  }

  /**
   * Serves every attempt of this tab with the lock held. Where the server has rotated but the storage still shows the
   * spent token, the lock is kept until the write succeeds or the session changes hands, so that no other tab sends it.
   */
  async function serve(own: Grip) {
    const quiet = channel?.subscribe(({ type }) => type === 'asked' && tell({ type: 'answered' }))
    // Whoever is just asking whether the holder lives shall know that there is a new one.
    tell({ type: 'answered' })
    let unwritten: Unwritten | undefined
    let pause = writePause
    own.held = true
    while (!own.lost && (turns.length > 0 || unwritten)) {
      const turn = turns.shift()
      if (turn) {
        const { order, resolve } = turn
        const [outcome, reading] = await attempt(order, own).catch((error): [Outcome] => [failed(error)])
        if (outcome.type === 'obtained') {
          unwritten = reading && { reading, session: outcome.session, signal: order.signal }
          announce(outcome.session.revision)
        } else if (outcome.type !== 'failed') unwritten = undefined
        resolve(outcome)
      } else {
        const { reading, session, signal } = unwritten as Unwritten
        await rest(pause, signal)
        pause = Math.min(pause * 2, longestWritePause)
        if (turns.length > 0 && !signal.aborted) continue
        const isOver = signal.aborted
        // A sign-out or sign-in of this tab is just writing: until it has, the spent token stands there.
        if (isOver) await record.read()
        const writing = await record.replace(reading, isOver ? undefined : session)
        if (writing === 'failed' && !isOver) continue
        announce(session.revision)
        unwritten = undefined
      }
    }
    quiet?.()
    grip = undefined
    // A tab that was robbed of the lock while it was frozen lines up again like everybody else.
    for (const turn of turns.splice(0)) enqueue(turn)
  }

  function enqueue(turn: Turn) {
    turns.push(turn)
    if (grip) return interrupt()
    const own: Grip = {}
    grip = own
    const task = () => serve(own)
    // Async, for a lock that throws at once.
    const run = async () => (lock ? lock.run(key, task) : task())
    run().catch((error) => {
      own.lost = asAuthError(error)
      // An attempt that is under way ends by itself: the server may have rotated for it.
      if (own.held) return interrupt()
      grip = undefined
      for (const { resolve } of turns.splice(0)) resolve(failed(error))
    })
  }

  /** Waits, but not longer than until the next attempt or the end of the session. */
  const rest = (duration: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, duration)
      interrupt = () => {
        clock.clearTimeout(timer)
        resolve()
      }
      signal.addEventListener('abort', interrupt)
      if (signal.aborted) interrupt()
    })

  return {
    revoke,
    /** Whether this tab holds the lock. */
    isHolding: () => grip?.held === true,
    run: (order: Order) => new Promise<Outcome>((resolve) => enqueue({ order, resolve })),
  }
}

function requireCall<Call>(call: Call | undefined, name: string): Call {
  if (call) return call
  throw new AuthError('configuration', `The token endpoint has no \`${name}\`. Give the endpoint one.`)
}

const failed = (error: unknown): Outcome => ({ type: 'failed', error: asAuthError(error) })

/** What is thrown by a token endpoint of one's own is taken for a passing failure, unless it says otherwise. */
export function asAuthError(error: unknown, { accessToken, refreshToken }: Partial<Session> = {}): AuthError {
  if (isAuthError(error)) return error
  const cause = bareCause(error, accessToken, refreshToken)
  return new AuthError('network', 'The token could not be fetched. It is tried again by itself.', { cause })
}
