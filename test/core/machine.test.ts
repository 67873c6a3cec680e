import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/core/errors.ts'
import {
  type Effect,
  type MachineEvent as Fact,
  initialState,
  type MachineState,
  type Policy,
} from '../../src/core/facts.ts'
import { dueAt, earlyLimit, refreshFloor, transition } from '../../src/core/machine.ts'
import type { Session } from '../../src/core/tokens.ts'

/** A fact and when it happened. */
type MachineEvent = Fact & { now?: number }

const policy: Policy = { cookie: false, credentials: false }
const session = (over: Partial<Session> = {}): Session => ({
  id: 'a',
  revision: 1,
  userId: '1',
  accessToken: 'access',
  refreshToken: 'refresh',
  obtainedAt: 0,
  expiresAt: 100_000,
  ...over,
})
const passing = new AuthError('server', 'Busy.')
const final = new AuthError('session_ended', 'Refused.')
const silent = new AuthError('storage', 'Silent.')
const signedIn = (over?: Partial<Session>) => run([{ type: 'signedIn', session: session(over), now: 0 }])[0]

/** Feeds events one after the other; returns the last state and the effects of the last event. */
function run(events: MachineEvent[], from: MachineState = initialState, by: Policy = policy) {
  let effects: readonly Effect[] = []
  let state = from
  for (const { now = 0, ...event } of events) [state, effects] = transition(state, event, now, by)
  return [state, effects] as const
}
const types = (effects: readonly Effect[]) => effects.map(({ type }) => type)

describe('transition', () => {
  it.each<[string, Policy, MachineEvent[], Partial<MachineState>, string[]]>([
    ['knows nothing before it is told', policy, [], { status: 'pending' }, []],
    [
      'is nobody’s when nothing was stored',
      policy,
      [{ type: 'restored', now: 0 }],
      { status: 'unauthenticated' },
      ['abort'],
    ],
    [
      'restores a session',
      policy,
      [{ type: 'restored', session: session(), now: 1 }],
      { status: 'authenticated', generation: 1 },
      [],
    ],
    [
      'is nobody’s for now while the storage is silent',
      policy,
      [{ type: 'restored', error: silent, now: 0 }],
      { status: 'unauthenticated', restored: false, error: silent, endReason: undefined },
      ['abort'],
    ],
    [
      'says so once',
      policy,
      [
        { type: 'restored', error: silent, now: 0 },
        { type: 'restored', error: silent, now: 9 },
      ],
      { status: 'unauthenticated', generation: 1 },
      [],
    ],
    [
      'restores a session that a silent storage shows at last',
      policy,
      [
        { type: 'restored', error: silent, now: 0 },
        { type: 'restored', session: session(), now: 9 },
      ],
      { status: 'authenticated', restored: true, error: undefined },
      [],
    ],
    [
      'stays pending where a cookie may know more',
      { ...policy, cookie: true },
      [{ type: 'restored', now: 0 }],
      { status: 'pending' },
      [],
    ],
    [
      'asks the cookie when the page wants a token',
      { ...policy, cookie: true },
      [
        { type: 'restored', now: 0 },
        { type: 'ticked', now: 0, demand: 'page' },
      ],
      { inFlight: true, means: 'refresh' },
      ['obtain'],
    ],
    [
      'signs in by itself where it can',
      { ...policy, credentials: true },
      [
        { type: 'restored', now: 0 },
        { type: 'ticked', now: 0, demand: 'caller' },
      ],
      { inFlight: true, means: 'credentials' },
      ['obtain'],
    ],
    [
      'starts nothing before it is restored',
      { ...policy, credentials: true },
      [{ type: 'ticked', now: 0, demand: 'caller' }],
      { inFlight: false },
      [],
    ],
    [
      'drops what is restored after a sign-in',
      policy,
      [
        { type: 'signedIn', session: session({ id: 'b' }), now: 0 },
        { type: 'restored', session: session(), now: 1 },
      ],
      { session: session({ id: 'b' }) },
      [],
    ],
  ])('%s', (_, by, events, expected, orders) => {
    const [state, effects] = run(events, initialState, by)
    expect(state).toMatchObject(expected)
    expect(types(effects)).toEqual(orders)
  })

  it.each<[string, number, 'none' | 'page' | 'caller', string[]]>([
    ['before refresh-ahead', 79_999, 'caller', []],
    ['from refresh-ahead on', 80_000, 'page', ['obtain']],
    ['for a caller from refresh-ahead on', 80_000, 'caller', ['obtain']],
    ['never where nobody would want it', 200_000, 'none', []],
  ])('starts a refresh %s', (_, now, demand, orders) => {
    expect(types(run([{ type: 'ticked', now, demand }], signedIn())[1])).toEqual(orders)
  })

  it('has one refresh in flight', () => {
    const tick: MachineEvent = { type: 'ticked', now: 90_000, demand: 'caller' }
    expect(types(run([tick, tick], signedIn())[1])).toEqual([])
  })

  it('forgets what failed when a refresh succeeds', () => {
    const [state] = run(
      [
        { type: 'ticked', now: 90_000, demand: 'caller' },
        { type: 'refreshFailed', generation: 1, error: passing, delay: 500, now: 91_000 },
        { type: 'ticked', now: 91_500, demand: 'caller' },
        {
          type: 'refreshed',
          generation: 1,
          session: session({ revision: 2, obtainedAt: 91_500, expiresAt: 191_500 }),
          now: 92_000,
        },
      ],
      signedIn(),
    )
    expect(state).toMatchObject({
      failureCount: 0,
      error: undefined,
      inFlight: false,
      retryAt: 0,
      session: { revision: 2 },
    })
  })

  it('waits out the delay after a passing failure, and the floor', () => {
    const failed: MachineEvent[] = [
      { type: 'ticked', now: 90_000, demand: 'caller' },
      { type: 'refreshFailed', generation: 1, error: passing, delay: 100, now: 90_200 },
    ]
    const [state] = run(failed, signedIn())
    expect(state).toMatchObject({ status: 'authenticated', failureCount: 1, error: passing })
    expect(dueAt(state)).toBe(90_000 + refreshFloor)
    expect(types(run([{ type: 'ticked', now: 90_900, demand: 'caller' }], state)[1])).toEqual([])
    expect(types(run([{ type: 'ticked', now: 91_000, demand: 'caller' }], state)[1])).toEqual(['obtain'])
  })

  it.each(['cameOnline', 'woke'] as const)('tries again at once when it %s, but not before Retry-After', (type) => {
    const start: MachineEvent = { type: 'ticked', now: 90_000, demand: 'caller' }
    const fail = (error: AuthError): MachineEvent => ({
      type: 'refreshFailed',
      generation: 1,
      error,
      delay: 30_000,
      now: 90_000,
    })
    const told = new AuthError('server', 'Busy.', { retryAfter: 20_000 })
    expect(dueAt(run([start, fail(passing), { type }], signedIn())[0])).toBe(91_000)
    expect(dueAt(run([start, fail(told), { type }], signedIn())[0])).toBe(110_000)
  })

  it('goes on seldom while it is offline', () => {
    const [state] = run([{ type: 'wentOffline', now: 85_000 }], signedIn())
    expect(dueAt(state)).toBe(115_000)
    expect(dueAt(run([{ type: 'woke' }], state)[0])).toBe(115_000)
    expect(dueAt(run([{ type: 'cameOnline' }], state)[0])).toBe(80_000)
  })

  it.each<[string, Partial<Session>, number, string]>([
    ['rejected', {}, 90_000, 'rejected'],
    ['expired', { sessionExpiresAt: 90_000 }, 90_000, 'expired'],
  ])('ends as %s at a terminal answer', (_, over, now, endReason) => {
    const events: MachineEvent[] = [
      { type: 'ticked', now, demand: 'caller' },
      { type: 'refreshFailed', generation: 1, error: final, delay: 0, now },
    ]
    const [state, effects] = run(events, signedIn(over))
    expect(state).toMatchObject({
      status: 'unauthenticated',
      endReason,
      error: final,
      session: undefined,
      generation: 2,
    })
    expect(types(effects)).toEqual(['abort'])
  })

  it('signs in again after a terminal answer where it can, and ends when that is refused too', () => {
    const by = { ...policy, credentials: true }
    const events: MachineEvent[] = [
      { type: 'ticked', now: 90_000, demand: 'caller' },
      { type: 'refreshFailed', generation: 1, error: final, delay: 0, now: 90_000 },
    ]
    const [state, effects] = run(events, signedIn(), by)
    expect(state).toMatchObject({ status: 'authenticated', means: 'credentials', inFlight: true })
    expect(types(effects)).toEqual(['obtain'])
    const refused = new AuthError('sign_in_rejected', 'Wrong.')
    const [end] = run([{ type: 'refreshFailed', generation: 1, error: refused, delay: 0, now: 95_000 }], state, by)
    expect(end).toMatchObject({ status: 'unauthenticated', error: refused })
    expect(types(run([{ type: 'ticked', now: 200_000, demand: 'caller' }], end, by)[1])).toEqual([])
  })

  it('ends with its token where nothing can refresh it', () => {
    const alone = signedIn({ refreshToken: undefined })
    expect(run([{ type: 'ticked', now: 99_999, demand: 'page' }], alone)[0].status).toBe('authenticated')
    expect(run([{ type: 'ticked', now: 100_000, demand: 'none' }], alone)[0]).toMatchObject({
      status: 'unauthenticated',
      endReason: 'expired',
    })
  })

  it('hurries nobody over a token that nothing can replace', () => {
    const alone = signedIn({ refreshToken: undefined })
    expect(alone).toMatchObject({ refreshable: false, thresholds: { aheadAt: 100_000, waitAt: 100_000 } })
    expect(dueAt(alone)).toBe(Infinity)
    for (const by of [
      { ...policy, cookie: true },
      { ...policy, credentials: true },
    ]) {
      const event: MachineEvent = { type: 'signedIn', session: session({ refreshToken: undefined }), now: 0 }
      const [state] = run([event], initialState, by)
      expect([state.refreshable, dueAt(state)]).toEqual([true, 80_000])
    }
  })

  it('counts a token that was dead when it came as a failure, and goes on from it', () => {
    const [flying] = run([{ type: 'ticked', now: 90_000, demand: 'caller' }], signedIn())
    const dead = session({ revision: 2, refreshToken: 'next', obtainedAt: 90_000, expiresAt: 91_000 })
    const failed = { type: 'refreshFailed', error: passing, delay: 4_000, now: 95_000 } as const
    const [state] = run([{ ...failed, generation: 1, session: dead }], { ...flying, failureCount: 2 })
    expect(state).toMatchObject({ session: dead, failureCount: 3, error: passing, inFlight: false, retryAt: 99_000 })
    expect(run([{ ...failed, generation: 9, session: dead }], flying)[0]).toBe(flying)
  })

  it('lets a 401 decide over a token of unknown life that cannot be refreshed', () => {
    const rejected: MachineEvent = { type: 'tokenRejected', revision: 1, now: 5 }
    expect(run([rejected], signedIn({ refreshToken: undefined, expiresAt: undefined }))[0].endReason).toBe('rejected')
    const [state, effects] = run([rejected], signedIn({ refreshToken: undefined }))
    expect([state.status, types(effects)]).toEqual(['authenticated', ['refuse']])
  })

  it('ignores a 401 that an older token earned, and starts nothing for one during a refresh', () => {
    const state = signedIn({ revision: 3 })
    expect(run([{ type: 'tokenRejected', revision: 2, now: 5 }], state)[0]).toBe(state)
    const [flying] = run([{ type: 'ticked', now: 90_000, demand: 'caller' }], state)
    const [, effects] = run([{ type: 'tokenRejected', revision: 3, now: 90_001 }], flying)
    expect(effects).toEqual([])
  })

  it('refreshes again where the attempt during which a 401 came brings no newer token', () => {
    const state = signedIn({ revision: 3 })
    const session = state.session as Session
    const [flying] = run([{ type: 'ticked', now: 90_000, demand: 'caller' }], state)
    const [, effects] = run(
      [
        { type: 'tokenRejected', revision: 3, now: 90_001 },
        { type: 'adopted', session, generation: flying.generation, now: 90_002 },
        { type: 'ticked', now: 92_000, demand: 'caller' },
      ],
      flying,
    )
    expect(effects.map(({ type }) => type)).toEqual(['obtain'])
  })

  it('keeps to the attempt under way when a look finds what another tab has brought', () => {
    const state = signedIn({ revision: 3 })
    const news: Session = { ...(state.session as Session), revision: 4 }
    const [flying] = run([{ type: 'ticked', now: 90_000, demand: 'caller' }], state)
    const [next, effects] = run([{ type: 'adopted', session: news, now: 90_001 }], flying)
    expect(next).toMatchObject({ inFlight: true, session: { revision: 4 } })
    expect(effects).toEqual([])
  })

  it('refuses to refresh fresh tokens more than ten times a minute', () => {
    let state = signedIn()
    for (let count = 0; count < earlyLimit; count++) {
      const now = count * 2_000
      const revision = state.session?.revision as number
      ;[state] = run(
        [
          { type: 'tokenRejected', revision, now },
          { type: 'ticked', now, demand: 'caller' },
        ],
        state,
      )
      expect(state.inFlight).toBe(true)
      ;[state] = run(
        [
          {
            type: 'refreshed',
            generation: 1,
            session: session({ revision: revision + 1, obtainedAt: now, expiresAt: now + 100_000 }),
            now,
          },
        ],
        state,
      )
    }
    const revision = state.session?.revision as number
    const [limited, effects] = run([{ type: 'tokenRejected', revision, now: 20_000 }], state)
    expect(limited.error).toMatchObject({ code: 'refresh_limit', retryAfter: 40_000 })
    expect(types(effects)).toEqual(['refuse'])
    expect(run([{ type: 'tokenRejected', revision, now: 60_001 }], state)[0].unwanted).toBe(revision)
  })

  it('takes a session from the future as due', () => {
    const [state] = run([{ type: 'restored', session: session({ obtainedAt: 50_000, expiresAt: 150_000 }), now: 0 }])
    expect(dueAt(state)).toBe(0)
  })

  it('moves every instant along with a clock that is set back', () => {
    const [state] = run([{ type: 'clockSetBack', by: 3_600_000 }], signedIn({ sessionExpiresAt: 500_000 }))
    expect(state.session).toMatchObject({ obtainedAt: -3_600_000, expiresAt: -3_500_000, sessionExpiresAt: -3_100_000 })
    expect(dueAt(state)).toBe(80_000 - 3_600_000)
  })

  it('leaves a session that another tab has removed', () => {
    expect(run([{ type: 'vanished' }], signedIn())[0]).toMatchObject({
      status: 'unauthenticated',
      endReason: 'signed-out-elsewhere',
    })
    expect(run([{ type: 'vanished' }])[0]).toBe(initialState)
  })

  it('aborts what is under way only when the session changes hands', () => {
    expect(types(run([{ type: 'adopted', session: session({ revision: 2 }), now: 0 }], signedIn())[1])).toEqual([])
    expect(types(run([{ type: 'adopted', session: session({ id: 'b' }), now: 0 }], signedIn())[1])).toEqual(['abort'])
    expect(types(run([{ type: 'signedOut' }], signedIn())[1])).toEqual(['abort'])
  })
})

const instant = fc.integer({ min: 0, max: 1_000_000 })
const anySession = fc.record({
  id: fc.constantFrom('a', 'b'),
  revision: fc.integer({ min: 1, max: 5 }),
  userId: fc.constantFrom('1', '2'),
  accessToken: fc.constant('access'),
  refreshToken: fc.option(fc.constant('refresh'), { nil: undefined }),
  obtainedAt: instant,
  expiresAt: fc.option(instant, { nil: undefined }),
})
const anyError = fc.constantFrom(passing, final, new AuthError('server', 'Busy.', { retryAfter: 9_000 }))
const anyEvent: fc.Arbitrary<MachineEvent> = fc.oneof(
  fc.record({
    type: fc.constant('restored' as const),
    session: fc.option(anySession, { nil: undefined }),
    now: instant,
  }),
  fc.record({ type: fc.constant('signedIn' as const), session: anySession, now: instant }),
  fc.record({ type: fc.constant('adopted' as const), session: anySession, now: instant }),
  fc.record({
    type: fc.constant('ticked' as const),
    now: instant,
    demand: fc.constantFrom('none' as const, 'page' as const, 'caller' as const),
  }),
  fc.record({ type: fc.constant('tokenRejected' as const), revision: fc.integer({ min: 1, max: 5 }), now: instant }),
  fc.record({
    type: fc.constant('refreshed' as const),
    generation: fc.integer({ min: 0, max: 9 }),
    session: anySession,
    now: instant,
  }),
  fc.record({
    type: fc.constant('refreshFailed' as const),
    generation: fc.integer({ min: 0, max: 9 }),
    error: anyError,
    delay: instant,
    now: instant,
    session: fc.option(anySession, { nil: undefined, freq: 2 }),
  }),
  fc.record({ type: fc.constant('wentOffline' as const), now: instant }),
  fc.record({ type: fc.constant('clockSetBack' as const), by: fc.integer({ min: 1, max: 1_000 }) }),
  fc.constantFrom<MachineEvent>({ type: 'signedOut' }, { type: 'vanished' }, { type: 'cameOnline' }, { type: 'woke' }),
)
const anyPolicy = fc.record({ cookie: fc.boolean(), credentials: fc.boolean() })

describe('transition, whatever happens', () => {
  const always = (
    holds: (before: MachineState, event: MachineEvent, after: MachineState, effects: readonly Effect[]) => void,
  ) =>
    fc.assert(
      fc.property(anyPolicy, fc.array(anyEvent, { maxLength: 40 }), (by, events) => {
        let state = initialState
        for (const event of events) {
          const { now = 0, ...fact } = event
          const [next, effects] = transition(state, fact, now, by)
          holds(state, event, next, effects)
          state = next
        }
      }),
      { numRuns: 2_000 },
    )

  it('has a session exactly while it is authenticated', () => {
    always((_, __, after) => expect(after.session !== undefined).toBe(after.status === 'authenticated'))
  })

  it('orders a token only when none is in flight, and never twice', () => {
    always((before, event, after, effects) => {
      const orders = effects.filter(({ type }) => type === 'obtain')
      expect(orders.length).toBeLessThanOrEqual(1)
      if (orders.length) expect(after.inFlight).toBe(true)
      if (orders.length && event.type === 'ticked') expect(before.inFlight).toBe(false)
    })
  })

  it('never lets the generation fall, and drops answers of another one', () => {
    always((before, event, after) => {
      expect(after.generation).toBeGreaterThanOrEqual(before.generation)
      if ('generation' in event && event.generation !== before.generation) expect(after).toBe(before)
    })
  })

  it('never ends a session by time, a passing failure, the network or the clock, where it can be refreshed', () => {
    always((before, event, after) => {
      if (before.status !== 'authenticated' || !before.session?.refreshToken || before.means !== 'refresh') return
      const endings = ['signedOut', 'vanished']
      const terminal = event.type === 'refreshFailed' && !event.error.transient
      if (!endings.includes(event.type) && !terminal) expect(after.status).toBe('authenticated')
    })
  })

  it('starts no sooner than the server and the floor allow', () => {
    always((before, event, _, effects) => {
      if (event.type !== 'ticked' || !effects.some(({ type }) => type === 'obtain')) return
      expect(event.now).toBeGreaterThanOrEqual(before.startedAt + refreshFloor)
      if (before.status !== 'unauthenticated') expect(event.now).toBeGreaterThanOrEqual(before.notBefore)
    })
  })

  it('always knows when to go on, or that there is nothing to go on with', () => {
    always((_, __, after) => {
      const { session: held, inFlight, refreshable } = after
      expect(dueAt(after)).not.toBeNaN()
      if (!held || inFlight) return
      if (!refreshable) expect(dueAt(after)).toBe(Infinity)
      else if (held.expiresAt !== undefined) expect(dueAt(after)).toBeLessThan(Infinity)
    })
  })

  it('keeps the waiting threshold behind the refresh-ahead one, and both before the expiry', () => {
    always((_, __, { session: held, thresholds: { aheadAt, waitAt } }) => {
      expect(aheadAt).toBeLessThanOrEqual(waitAt)
      if (held?.expiresAt !== undefined && held.expiresAt > held.obtainedAt && waitAt > 0)
        expect(waitAt).toBeLessThanOrEqual(held.expiresAt)
    })
  })
})
