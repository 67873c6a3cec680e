import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/core/errors.ts'
import { initialState, type MachineEvent, type MachineState, type Policy } from '../../src/core/facts.ts'
import { dueAt, earlyLimit, refreshFloor, transition } from '../../src/core/machine.ts'
import type { Session } from '../../src/core/tokens.ts'

const policy: Policy = { cookie: false, credentials: false }
const byItself: Policy = { cookie: false, credentials: true }
const session: Session = {
  ...{ id: 'a', revision: 1, userId: '1', accessToken: 'access', refreshToken: 'refresh' },
  ...{ obtainedAt: 0, expiresAt: 100_000 },
}
const [held] = transition(initialState, { type: 'restored', session }, 0, policy)
const [away] = transition(initialState, { type: 'restored' }, 0, policy)
const next = (state: MachineState, event: MachineEvent, now = 0, by = policy) => transition(state, event, now, by)[0]
const effectsOf = (state: MachineState, event: MachineEvent, now = 0, by = policy) =>
  transition(state, event, now, by)[1]
const passing = new AuthError('server', 'Busy.')

describe('what is known of a token', () => {
  const marked: MachineState = { ...held, unwanted: 1, outgrown: 1 }
  const look = (found: Session): MachineEvent => ({ type: 'adopted', session: found })

  it('still holds when the same token is found again', () => {
    expect(next(marked, look(session))).toMatchObject({ unwanted: 1, outgrown: 1 })
  })

  it.each([
    ['a newer token', { ...session, revision: 2 }],
    ['the first token of another session', { ...session, id: 'b' }],
  ])('says nothing of %s', (_, found) => {
    expect(next(marked, look(found))).toMatchObject({ unwanted: undefined, outgrown: undefined })
  })

  it('is nothing at first', () => {
    expect(next({ ...away, unwanted: 1 }, look(session)).unwanted).toBeUndefined()
  })
})

describe('signing in by itself', () => {
  const tick = (demand: 'none' | 'page' | 'caller'): MachineEvent => ({ type: 'ticked', demand })

  it('is for a caller, not for the open page', () => {
    expect(effectsOf(away, tick('page'), refreshFloor, byItself)).toEqual([])
    expect(effectsOf(away, tick('caller'), refreshFloor, byItself)).toEqual([{ type: 'obtain' }])
  })

  it('shows that somebody is awaited, and how', () => {
    expect(next(away, tick('caller'), 0, byItself)).toMatchObject({ status: 'pending', means: 'credentials' })
  })

  it('keeps the shortest time between two attempts', () => {
    const tried: MachineState = { ...away, startedAt: 5_000 }
    expect(effectsOf(tried, tick('caller'), 5_000 + refreshFloor - 1, byItself)).toEqual([])
    expect(effectsOf(tried, tick('caller'), 5_000 + refreshFloor, byItself)).toEqual([{ type: 'obtain' }])
  })

  it('is tried again, and not the refresh token that was refused before it', () => {
    const refused: MachineState = { ...held, means: 'credentials', outgrown: 1 }
    expect(next(refused, tick('page'), 50_000, byItself)).toMatchObject({ inFlight: true, means: 'credentials' })
  })

  it('is left where nobody can', () => {
    expect(effectsOf(away, tick('caller'), 9_000, policy)).toEqual([])
  })
})

describe('an attempt counts as early', () => {
  const startedAt = (state: MachineState, now: number) => next(state, { type: 'ticked', demand: 'page' }, now).early
  const asked: MachineState = { ...held, outgrown: 1 }
  const { aheadAt } = held.thresholds

  it.each<[string, MachineState, number, number[]]>([
    ['where the token was not due', asked, 50_000, [50_000]],
    ['not from the moment on when it is', asked, aheadAt, []],
    ['just before it is', asked, aheadAt - 1, [aheadAt - 1]],
    ['not after a failure', { ...asked, failureCount: 1 }, 50_000, []],
  ])('%s', (_, state, now, early) => {
    expect(startedAt(state, now)).toEqual(early)
  })

  it('not without a session', () => {
    const cookie: Policy = { cookie: true, credentials: false }
    const [restored] = transition(initialState, { type: 'restored' }, 0, cookie)
    expect(next(restored, { type: 'ticked', demand: 'page' }, 5_000, cookie)).toMatchObject({
      inFlight: true,
      early: [],
    })
  })
})

describe('who asks for another token', () => {
  const asked: MachineEvent = { type: 'refreshAsked', revision: 1 }
  const rejected: MachineEvent = { type: 'tokenRejected', revision: 1 }
  const busy: MachineState = { ...held, early: Array.from({ length: earlyLimit }, () => 10_000) }

  it('does not make the present one useless', () => {
    expect(next(held, asked)).toMatchObject({ outgrown: 1, unwanted: undefined })
    expect(next(held, rejected)).toMatchObject({ outgrown: undefined, unwanted: 1 })
  })

  it('is not turned away while an attempt is under way', () => {
    expect(transition({ ...busy, inFlight: true }, rejected, 20_000, policy)).toMatchObject([{ unwanted: 1 }, []])
  })

  it('is turned away after too many, for a minute from the first of them, and told why', () => {
    const [refusal] = effectsOf(busy, asked, 69_999)
    expect(refusal).toMatchObject({ type: 'refuse', error: { code: 'refresh_limit', retryAfter: 1 } })
    expect((refusal as { error: Error }).error.message).toMatch(/refused 10 fresh tokens .* accepts tokens/)
    expect(effectsOf(busy, asked, 70_000)).toEqual([])
  })

  it('hears that nothing is left where there is no refresh token', () => {
    const poor = next(initialState, { type: 'restored', session: { ...session, refreshToken: undefined } })
    const [refusal] = effectsOf(poor, asked)
    expect(refusal).toMatchObject({ type: 'refuse', error: { code: 'session_ended' } })
    expect((refusal as { error: Error }).error.message).toMatch(/Sign in again/)
  })
})

describe('a refusal without a session', () => {
  const refused: MachineEvent = {
    type: 'refreshFailed',
    generation: 0,
    delay: 0,
    error: new AuthError('session_ended', 'No.'),
  }

  it('is no error where only a cookie was tried', () => {
    const trying: MachineState = { ...initialState, restored: true, inFlight: true, means: 'refresh' }
    expect(next(trying, refused)).toMatchObject({ status: 'unauthenticated', error: undefined })
  })

  it('is one where credentials were', () => {
    const trying: MachineState = { ...initialState, restored: true, inFlight: true, means: 'credentials' }
    expect(next(trying, refused)).toMatchObject({ status: 'unauthenticated', error: { code: 'session_ended' } })
  })
})

describe('facts that order nothing', () => {
  it.each<[MachineState, MachineEvent]>([
    [held, { type: 'restored' }],
    [initialState, { type: 'restored', session }],
    [held, { type: 'wentOffline' }],
    [{ ...held, online: false }, { type: 'cameOnline' }],
    [held, { type: 'cameOnline' }],
    [held, { type: 'woke' }],
    [away, { type: 'vanished' }],
    [held, { type: 'clockSetBack', by: 5 }],
    [held, { type: 'refreshAsked', revision: 7 }],
    [held, { type: 'refreshFailed', generation: held.generation, error: passing, delay: 5 }],
    [held, { type: 'refreshFailed', generation: 77, error: passing, delay: 5 }],
    [held, { type: 'refreshed', generation: held.generation, session: { ...session, revision: 2 } }],
    [held, { type: 'adopted', session: { ...session, revision: 2 } }],
    [
      { ...held, refreshable: false },
      { type: 'ticked', demand: 'page' },
    ],
    [
      { ...held, session: { ...session, refreshToken: undefined } },
      { type: 'ticked', demand: 'page' },
    ],
    [initialState, { type: 'ticked', demand: 'caller' }],
  ])('%o %o', (state, event) => {
    expect(effectsOf(state, event, 1)).toEqual([])
  })

  it('but the network that came back is known', () => {
    expect(next({ ...held, online: false }, { type: 'cameOnline' }).online).toBe(true)
    expect(next(held, { type: 'cameOnline' })).toBe(held)
  })
})

describe('a clock that is set back', () => {
  it('takes everything along that was counted by it', () => {
    const state: MachineState = {
      ...held,
      startedAt: 50_000,
      retryAt: 60_000,
      notBefore: 70_000,
      early: [40_000, 45_000],
    }
    expect(next(state, { type: 'clockSetBack', by: 10_000 })).toMatchObject({
      ...{ startedAt: 40_000, retryAt: 50_000, notBefore: 60_000, early: [30_000, 35_000] },
      session: { obtainedAt: -10_000, expiresAt: 90_000 },
      thresholds: { aheadAt: held.thresholds.aheadAt - 10_000, waitAt: held.thresholds.waitAt - 10_000 },
    })
  })
})

describe('dueAt', () => {
  const due: MachineState = { ...held, outgrown: 1, startedAt: 0 }

  it('is the floor after the last start where somebody wants the next token', () => {
    expect(dueAt(due)).toBe(refreshFloor)
  })

  it.each<[string, Partial<MachineState>]>([
    ['while an attempt is under way', { inFlight: true }],
    ['before the storage has answered', { restored: false }],
    ['where nobody is signed in', { status: 'unauthenticated', session: undefined }],
    ['where there is no refresh token', { refreshable: false }],
  ])('is never %s', (_, over) => {
    expect(dueAt({ ...due, ...over })).toBe(Infinity)
  })
})
