import type { Session } from 'authed/core'
import { settle } from 'authed/testing'
import { describe, expect, it, vi } from 'vitest'
import { AuthError } from '../../src/core/errors.ts'
import { initialState, type MachineState } from '../../src/core/facts.ts'
import { createWaiters, type Wish } from '../../src/core/waiters.ts'
import { watch } from '../promises/world.ts'

const session: Session = { id: 'a', revision: 1, userId: '1', accessToken: 'x', obtainedAt: 0, expiresAt: 100 }
const signedIn: MachineState = {
  ...initialState,
  status: 'authenticated',
  restored: true,
  session,
  thresholds: { aheadAt: 80, waitAt: 90 },
}
const signedOut: MachineState = { ...initialState, status: 'unauthenticated', restored: true }
const busy = new AuthError('server', 'Busy.')
const over = new AuthError('signed_out', 'Over.')
const setUp = (patience = () => true) => {
  const gaveUp = vi.fn()
  const waiters = createWaiters(patience, () => over, gaveUp)
  return { gaveUp, waiters, wait: (wish: Wish = {}, state = signedIn) => watch(waiters.add(wish, state)) }
}

describe('createWaiters', () => {
  it.each<[string, Wish, Partial<MachineState>, number, string | undefined]>([
    ['gives a good token', {}, {}, 50, 'x'],
    ['waits within the margin', {}, {}, 95, undefined],
    ['waits until the session is restored', {}, { restored: false }, 50, undefined],
    ['gives a token that lives long enough', { minValidity: 50 }, {}, 50, 'x'],
    ['waits for one that does', { minValidity: 60 }, {}, 50, undefined],
    ['asks no more than 80 % of a lifetime', { minValidity: 1e9 }, {}, 20, 'x'],
    ['waits for the token after this one', { beyond: 1 }, {}, 50, undefined],
    ['gives it', { beyond: 0 }, {}, 50, 'x'],
    ['waits while a 401 stands against the token', {}, { unwanted: 1 }, 50, undefined],
    ['gives what is valid still while refreshing fails', {}, { failureCount: 1, error: busy }, 95, 'x'],
    ['gives what is valid still while offline', {}, { online: false }, 95, 'x'],
    ['never gives a dead token', {}, { failureCount: 1, error: busy, online: false }, 100, undefined],
    [
      'gives no token from the future',
      {},
      { session: { ...session, obtainedAt: 5_000, expiresAt: 9_000 } },
      50,
      undefined,
    ],
    ['gives what nothing can replace', { minValidity: 60 }, { refreshable: false }, 95, 'x'],
    [
      'and that it is from the future does not matter then',
      {},
      { refreshable: false, session: { ...session, obtainedAt: 5_000, expiresAt: 9_000 } },
      50,
      'x',
    ],
    ['gives the next revision within its margin', {}, { session: { ...session, revision: 2 } }, 95, 'x'],
  ])('%s', async (_, wish, state, now, token) => {
    const { waiters, wait } = setUp()
    const waiting = wait(wish)
    waiters.settle({ ...signedIn, ...state }, now)
    await settle()
    expect(waiting.value).toBe(token)
    expect(waiters.size).toBe(token ? 0 : 1)
  })

  it('turns everybody away when nobody is signed in, or somebody else', async () => {
    const { waiters, wait } = setUp()
    const [one, other] = [wait(), wait()]
    waiters.settle({ ...signedIn, session: { ...session, userId: '2' } }, 50)
    const [third, fourth] = [wait({}, signedOut), wait({}, signedOut)]
    waiters.settle(signedOut, 50)
    await settle()
    for (const waiting of [one, other, third, fourth]) expect(waiting.error).toBe(over)
    const why = wait({}, signedOut)
    waiters.settle({ ...signedOut, error: busy }, 50)
    await settle()
    expect(why.error).toBe(busy)
  })

  it('gives the error to who has waited through the failure, once patience ends', async () => {
    const { waiters, wait } = setUp(() => false)
    const failing = { ...signedIn, failureCount: 1, error: busy }
    const early = wait()
    const late = wait({}, failing)
    waiters.settle(failing, 100)
    await settle()
    expect([early.error, late.state]).toEqual([busy, 'waiting'])
  })

  it('gives it to everybody where the server asks for more than a minute', async () => {
    const { waiters, wait } = setUp()
    const waiting = wait()
    waiters.settle({ ...signedIn, failureCount: 1, error: busy, notBefore: 60_100 }, 100)
    await settle()
    expect(waiting.state).toBe('waiting')
    waiters.settle({ ...signedIn, failureCount: 1, error: busy, notBefore: 60_101 }, 100)
    await settle()
    expect(waiting.error).toBe(busy)
  })

  it('refuses those who asked for the token after this one, and no others', async () => {
    const { waiters, wait } = setUp()
    const [one, other] = [wait({ beyond: 1 }), wait()]
    waiters.refuse(busy)
    await settle()
    expect([one.error, other.state]).toEqual([busy, 'waiting'])
  })

  it('lets go who gives up, before or while waiting, and says so', async () => {
    const { waiters, wait, gaveUp } = setUp()
    const controller = new AbortController()
    const reason = new Error('gone')
    const waiting = [wait({ signal: AbortSignal.abort(reason) }), wait({ signal: controller.signal })]
    controller.abort(reason)
    await settle()
    expect(waiting.map(({ error }) => error)).toEqual([reason, reason])
    expect([waiters.size, gaveUp.mock.calls.length]).toEqual([0, 2])
  })

  it('leaves no listener on a signal', async () => {
    const { waiters, wait, gaveUp } = setUp()
    const controller = new AbortController()
    const waiting = wait({ signal: controller.signal })
    waiters.settle(signedIn, 50)
    controller.abort()
    await settle()
    expect([waiting.value, gaveUp.mock.calls.length]).toEqual(['x', 0])
  })
})
