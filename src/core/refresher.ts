import { ask } from './ask.ts'
import { AuthError, asAuthError } from './errors.ts'
import type { Reading } from './record.ts'
import type { Settings } from './settings.ts'
import { newsIn, nextSession, type Session } from './tokens.ts'
import { within } from './within.ts'

/** What came of one attempt to get the next token, in the machine's words. */
export type Outcome =
  /** The endpoint gave a new token, or another tab had brought one. */
  | { type: 'refreshed' | 'adopted'; session: Session }
  /** Another tab has removed the session. */
  | { type: 'vanished' }
  /** With a session where a token came all the same. */
  | { type: 'refreshFailed'; error: AuthError; session?: Session }

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

/** New tokens that the storage would not take, and what stands there instead of them. */
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

/** How long to wait before a write that has failed is tried again, in milliseconds. */
const writePause = 1_000

/** Runs attempts one at a time, over all tabs. `entered` hears for how long each hold of the lock was waited for. */
export function createRefresher(settings: Settings, entered: (waited: number) => void) {
  const { clock, record, lock, channel, tell, key, timeLimit } = settings
  /** Attempts that wait for the lock, which a tab asks for but once: else it would wait for itself, and rob itself. */
  const turns: Turn[] = []
  let grip: Grip | undefined
  let unwritten: Unwritten | undefined
  let interrupt = () => {}

  /** What stands in the record; read again from a slow storage, and after a sleep, in which a tab may have robbed this one. */
  async function readAwake(atMost: number): Promise<Reading> {
    for (let turn = 1; ; turn++) {
      const askedAt = clock.now()
      const reading = await record.read()
      if (turn === atMost || !(reading.late || clock.now() - askedAt > timeLimit)) return reading
    }
  }

  async function attempt(order: Order, grip: Grip): Promise<Outcome> {
    const { session, credentials, signal } = order
    const signsIn = 'credentials' in order
    // Longer where the alternative is to send a token that another tab may have spent.
    let before = await readAwake(session ? 5 : 2)
    if (grip.lost) throw grip.lost
    const news = newsIn(before.session, session)
    if (news) return { type: 'adopted', session: news }
    // The storage answers and holds nothing: another tab has signed out.
    if (lock && !before.silent && before.text === undefined && session && !signsIn) return { type: 'vanished' }
    // It was robbed of the lock before it could replace the spent token that stands there: that comes first now.
    if (session && before.silent && before.text !== undefined) {
      const writing = await record.replace(before, session)
      if (writing === 'failed') unwritten = { reading: before, session, signal }
      else before = await record.read()
    }
    const sentAt = clock.now()
    try {
      const response = signsIn
        ? await ask(settings, 'signIn', credentials, signal)
        : await ask(settings, 'refresh', session?.refreshToken, signal)
      const previous = signsIn ? undefined : session
      const next = nextSession({ ...settings, previous, response, sentAt, formerUserId: session?.userId })
      return await commit({ reading: before, session: next, signal })
    } catch (cause) {
      if (signal.aborted) throw signal.reason
      const error = asAuthError(cause, session?.accessToken, session?.refreshToken)
      if (!error.transient) {
        const after = newsIn((await record.read()).session, session)
        if (after) return { type: 'adopted', session: after }
        if (!signsIn) await record.replace(before, undefined)
      }
      return failed(error)
    }
  }

  /**
   * Writes the new tokens before anybody hears of them. Where the record has changed while the answer was under way:
   * after a sign-in or sign-out they are nobody's and are given back; where the same session was refreshed elsewhere,
   * giving them back would end it on the server; and over an earlier revision they are written all the same.
   */
  async function commit(next: Unwritten): Promise<Outcome> {
    const { reading, session, signal } = next
    const writing = await record.replace(reading, session)
    if (writing !== 'changed') {
      unwritten = writing === 'failed' && reading.text ? next : undefined
      return { type: 'refreshed', session }
    }
    const after = await record.read()
    const { session: stored } = after
    if (after.silent) {
      const error = new AuthError('storage', 'The storage does not answer. It is tried again by itself.')
      return { type: 'refreshFailed', error, session }
    }
    if (stored?.id === session.id && stored.revision < session.revision) {
      return commit({ reading: after, session, signal })
    }
    if (stored?.id !== session.id) void revoke(session.refreshToken)
    return stored ? { type: 'adopted', session: stored } : { type: 'vanished' }
  }

  const revoke = (refreshToken: string | undefined): Promise<unknown> =>
    ask(settings, 'revoke', refreshToken).catch(() => {})

  /**
   * Serves every attempt of this tab with the lock held. Where the server has rotated but the storage still shows the
   * spent token, the lock is kept until the write succeeds or the session changes hands, so that no other tab sends it.
   */
  async function serve(own: Grip) {
    const quiet = channel?.subscribe(({ type }) => type === 'asked' && tell({ type: 'answered' }))
    // Whoever is just making sure whether the holder lives shall know that there is a new one.
    tell({ type: 'answered' })
    unwritten = undefined
    own.held = true
    while (!own.lost) {
      const turn = turns.shift()
      if (turn) {
        const outcome = await attempt(turn.order, own).catch(failed)
        if (outcome.type === 'adopted' || outcome.type === 'vanished') unwritten = undefined
        turn.resolve(outcome)
      } else if (unwritten) await writeAgain(unwritten)
      else break
    }
    quiet?.()
    // Where its question came too late for this hold, and would meet the next one of this tab.
    tell({ type: 'answered' })
    grip = undefined
    // A tab that was robbed of the lock while it was frozen lines up again like everybody else.
    for (const turn of turns.splice(0)) enqueue(turn)
  }

  /** Writes what the storage would not take, after a pause that the next attempt or the end of the session cuts short. */
  async function writeAgain({ reading, session, signal }: Unwritten) {
    const next = () =>
      new Promise<void>((resolve) => {
        interrupt = resolve
      })
    await within(clock, writePause, next, signal).catch(() => {})
    const isOver = signal.aborted
    if (turns.length > 0 && !isOver) return
    // A sign-out or sign-in of this tab is just writing: until it has, the spent token stands there.
    if (isOver) await record.read()
    const writing = await record.replace(reading, isOver ? undefined : session)
    if (writing === 'failed' && !isOver) return
    unwritten = undefined
  }

  function enqueue(turn: Turn) {
    turns.push(turn)
    if (grip) return interrupt()
    const own: Grip = {}
    grip = own
    const askedAt = clock.now()
    const task = () => {
      entered(clock.now() - askedAt)
      return serve(own)
    }
    // Async, for a lock that throws at once.
    const run = async () => (lock ? lock.run(key, task) : serve(own))
    run().catch((error) => {
      own.lost = asAuthError(error)
      // An attempt that is under way ends by itself: the server may have rotated for it.
      if (own.held) return interrupt()
      grip = undefined
      for (const { resolve } of turns.splice(0)) resolve(failed(error))
    })
  }

  return {
    revoke,
    /** Whether this tab holds the lock. */
    isHolding: () => grip?.held === true,
    run: (order: Order) => new Promise<Outcome>((resolve) => enqueue({ order, resolve })),
  }
}

/** What came of an attempt that threw. */
export const failed = (error: unknown): Outcome => ({ type: 'refreshFailed', error: asAuthError(error) })
