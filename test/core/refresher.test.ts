import { AuthError, type ChannelMessage, type Session, type TokenEndpoint, type TokenStorage } from 'authed/core'
import { createFakeClock, settle } from 'authed/testing'
import { describe, expect, it } from 'vitest'
import { createRefresher, type Order } from '../../src/core/refresher.ts'
import { settingsOf } from '../../src/core/settings.ts'
import { readSession, writeSession } from '../../src/core/tokens.ts'
import { watch } from '../promises/world.ts'

const session = (over: Partial<Session> = {}): Session => ({
  id: 'a',
  revision: 1,
  userId: '1',
  accessToken: 'access1',
  refreshToken: 'refresh1',
  obtainedAt: 0,
  ...over,
})
const live = new AbortController().signal

/** A refresher on a storage, a lock and a channel that a test can meddle with. */
const setUp = (over: Partial<TokenEndpoint> = {}) => {
  const clock = createFakeClock()
  const stored = new Map([['k', writeSession(session())]])
  const disk = { reads: 'well', writes: 'well' }
  const revoked: unknown[] = []
  const sent: unknown[] = []
  const messages: ChannelMessage[] = []
  const hearers = new Set<(message: ChannelMessage) => void>()
  const fail = () => {
    throw new DOMException('full', 'QuotaExceededError')
  }
  const put = (key: string, text?: string) => (text === undefined ? stored.delete(key) : stored.set(key, text))
  const storage: TokenStorage = {
    name: 'fake',
    reach: 'browser',
    get: async (key) => {
      if (disk.reads === 'hanging') return new Promise(() => {})
      return disk.reads === 'well' ? stored.get(key) : fail()
    },
    set: async (key, text) => void (disk.writes === 'well' ? put(key, text) : fail()),
    remove: async (key) => void (disk.writes === 'well' ? put(key) : fail()),
    swap: async (key, expected, next) => {
      if (disk.writes !== 'well') fail()
      const hit = stored.get(key) === expected
      if (hit) put(key, next)
      return hit
    },
  }
  /** Ends the hold of whoever has the lock, as a thief does. */
  let rob = () => {}
  const lock = {
    name: 'fake',
    run: (_key: string, task: () => Promise<void>) =>
      new Promise<void>((resolve, reject) => {
        rob = () => reject(new DOMException('stolen', 'AbortError'))
        task().then(resolve, reject)
      }),
  }
  let meanwhile = () => {}
  const endpoint: TokenEndpoint = {
    refresh: async (refreshToken) => {
      sent.push(refreshToken)
      meanwhile()
      return { accessToken: `next of ${refreshToken}`, refreshToken: `${refreshToken}+` }
    },
    revoke: async (refreshToken) => void revoked.push(refreshToken),
    ...over,
  }
  const waits: number[] = []
  const settings = settingsOf({
    clock,
    endpoint,
    storage,
    lock,
    key: 'k',
    fetch,
    channel: {
      post: (message) => void messages.push(message),
      subscribe: (listener) => {
        hearers.add(listener)
        return () => hearers.delete(listener)
      },
    },
  })
  const { record } = settings
  const refresher = createRefresher(settings, (waited) => void waits.push(waited))
  const run = (order: Partial<Order> = {}) => refresher.run({ session: session(), signal: live, ...order })
  return {
    ...{ clock, disk, revoked, sent, messages, hearers, waits, run, refresher, record },
    rob: () => rob(),
    whileUnderWay: (work: () => void) => {
      meanwhile = work
    },
    write: (next?: Session) => put('k', next && writeSession(next)),
    read: () => readSession(stored.get('k')),
  }
}

describe('createRefresher', () => {
  it('writes the new tokens, tells the others and lets the lock go', async () => {
    const { run, read, messages, refresher } = setUp()
    const outcome = run()
    expect(refresher.isHolding()).toBe(true)
    expect(await outcome).toMatchObject({ type: 'refreshed', session: { revision: 2, refreshToken: 'refresh1+' } })
    expect(read()).toMatchObject({ revision: 2, refreshToken: 'refresh1+' })
    await settle()
    expect(messages).toEqual([{ type: 'answered' }, { type: 'changed', revision: 2 }, { type: 'answered' }])
    expect(refresher.isHolding()).toBe(false)
  })

  it('tells once for each hold how long it has waited for the lock', async () => {
    const { run, waits } = setUp()
    await Promise.all([run(), run()])
    await settle()
    await run()
    expect(waits).toEqual([0, 0])
  })

  it('answers who asks whether the holder of the lock lives, for as long as it holds it', async () => {
    const { run, hearers, messages } = setUp()
    const outcome = run()
    for (const hear of hearers) hear({ type: 'asked' })
    expect(messages.map(({ type }) => type)).toEqual(['answered', 'answered'])
    for (const hear of hearers) hear({ type: 'changed', revision: 1 })
    await outcome
    await settle()
    // And once more when it lets it go, which is heard where the question comes too late.
    expect(messages.filter(({ type }) => type === 'answered')).toHaveLength(3)
    expect(hearers.size).toBe(0)
  })

  it('serves all attempts of its tab with one hold of the lock, and sends a token once', async () => {
    const { run, sent } = setUp()
    const outcomes = await Promise.all([run(), run(), run()])
    expect(outcomes.map(({ type }) => type)).toEqual(['refreshed', 'adopted', 'adopted'])
    expect(sent).toEqual(['refresh1'])
  })

  it('waits for a storage that is slow before it sends a token that may be spent', async () => {
    const { clock, disk, run, write, sent } = setUp()
    disk.reads = 'hanging'
    write(session({ revision: 2 }))
    const outcome = watch(run())
    await clock.advance(11_000)
    disk.reads = 'well'
    await clock.advance(1_000)
    expect(outcome.value).toMatchObject({ type: 'adopted', session: { revision: 2 } })
    expect(sent).toEqual([])
  })

  it('does without a storage that does not answer for fifteen seconds', async () => {
    const { clock, disk, run, sent } = setUp()
    disk.reads = 'hanging'
    const outcome = watch(run())
    await clock.advance(14_500)
    expect(sent).toEqual([])
    await clock.advance(1_000)
    expect(sent).toEqual(['refresh1'])
    await clock.advance(10_000)
    expect(outcome.state).toBe('resolved')
  })

  it('puts no former session where the storage is silent and another tab may have signed out', async () => {
    const refresh = async () => {
      throw new TypeError('offline')
    }
    const { disk, run, write, read } = setUp({ refresh })
    disk.reads = 'denied'
    write(undefined)
    expect(await run()).toMatchObject({ type: 'refreshFailed', error: { code: 'network' } })
    expect(read()).toBeUndefined()
  })

  it('reads once more after a sleep, in which another tab may have been there', async () => {
    const { clock, disk, run, write, sent } = setUp()
    Object.defineProperty(disk, 'reads', {
      get: () => {
        clock.sleep(60_000)
        queueMicrotask(() => write(session({ revision: 2 })))
        return 'well'
      },
    })
    expect(await run()).toMatchObject({ type: 'adopted', session: { revision: 2 } })
    expect(sent).toEqual([])
  })

  it('leaves the stored session where only credentials were refused', async () => {
    const signIn = async () => {
      throw new AuthError('sign_in_rejected', 'Wrong.')
    }
    const { run, read } = setUp({ signIn })
    expect(await run({ credentials: {} })).toMatchObject({ type: 'refreshFailed' })
    expect(read()).toMatchObject({ revision: 1 })
  })

  it('takes over what another tab has refreshed to the same revision meanwhile', async () => {
    const { run, write, whileUnderWay, read, revoked } = setUp()
    whileUnderWay(() => write(session({ revision: 2, accessToken: 'other' })))
    expect(await run()).toMatchObject({ type: 'adopted', session: { accessToken: 'other' } })
    expect([read()?.accessToken, revoked]).toEqual(['other', []])
  })

  it.each([
    ['has signed somebody in', session({ id: 'b' })],
    ['has signed out', undefined],
  ])('has nothing left to write where another tab %s', async (_, stored) => {
    const { run, disk, write, refresher } = setUp()
    disk.writes = 'full'
    const outcome = await run()
    write(stored)
    disk.writes = 'well'
    expect((await run({ session: 'session' in outcome ? outcome.session : undefined })).type).not.toBe('refreshed')
    await settle()
    expect(refresher.isHolding()).toBe(false)
  })

  it('tells that another tab has signed out, and sends nothing', async () => {
    const { run, write, sent } = setUp()
    write(undefined)
    expect(await run()).toEqual({ type: 'vanished' })
    expect(sent).toEqual([])
  })

  it('gives back tokens that arrive after a sign-out in another tab', async () => {
    const { run, write, whileUnderWay, revoked, read } = setUp()
    whileUnderWay(() => write(undefined))
    expect(await run()).toEqual({ type: 'vanished' })
    expect([revoked, read()]).toEqual([['refresh1+'], undefined])
  })

  it('gives back tokens that arrive after a sign-in in another tab', async () => {
    const { run, write, whileUnderWay, revoked, read } = setUp()
    whileUnderWay(() => write(session({ id: 'b' })))
    expect(await run()).toMatchObject({ type: 'adopted', session: { id: 'b' } })
    expect([revoked, read()?.id]).toEqual([['refresh1+'], 'b'])
  })

  it('keeps what another tab has brought for the same session, and ends it not on the server', async () => {
    const { run, write, whileUnderWay, revoked } = setUp()
    whileUnderWay(() => write(session({ revision: 5 })))
    expect(await run()).toMatchObject({ type: 'adopted', session: { revision: 5 } })
    expect(revoked).toEqual([])
  })

  it('writes over an earlier revision of the same session', async () => {
    const { run, write, whileUnderWay, read } = setUp()
    whileUnderWay(() => write(session({ accessToken: 'written late' })))
    expect(await run()).toMatchObject({ type: 'refreshed', session: { revision: 2 } })
    expect(read()?.revision).toBe(2)
  })

  it('keeps its new tokens where the storage falls silent in the midst of it', async () => {
    const { run, write, whileUnderWay, disk, sent } = setUp()
    whileUnderWay(() => {
      write(session({ accessToken: 'written late' }))
      disk.reads = 'denied'
    })
    const outcome = await run()
    expect(outcome).toMatchObject({ type: 'refreshFailed', error: { code: 'storage', transient: true } })
    const next = 'session' in outcome ? outcome.session : undefined
    expect(next).toMatchObject({ revision: 2, refreshToken: 'refresh1+' })
    await run({ session: next })
    expect(sent).toEqual(['refresh1', 'refresh1+'])
  })

  it('looks once more for a newer token when its own is refused for good', async () => {
    const world = setUp({
      refresh: async () => {
        world.write(session({ revision: 7 }))
        throw Object.assign(new Error('refused'), { name: 'AuthError', code: 'session_ended', transient: false })
      },
    })
    expect(await world.run()).toMatchObject({ type: 'adopted', session: { revision: 7 } })
    expect(world.read()?.revision).toBe(7)
  })

  it('says which call the endpoint lacks', async () => {
    const without = setUp({ refresh: undefined })
    const error = { code: 'configuration', message: expect.stringContaining('`refresh`') }
    expect(await without.run()).toMatchObject({ type: 'refreshFailed', error })
    const signIn = { code: 'configuration', message: expect.stringContaining('`signIn`') }
    expect(await without.run({ credentials: 'typed' })).toMatchObject({ type: 'refreshFailed', error: signIn })
  })

  it('fails who is aborted, before or while the request is under way, and sends nothing for the former', async () => {
    const { run, sent, whileUnderWay } = setUp()
    const reason = new Error('over')
    expect(await run({ signal: AbortSignal.abort(reason) })).toMatchObject({ type: 'refreshFailed' })
    expect(sent).toEqual([])
    const controller = new AbortController()
    whileUnderWay(() => controller.abort(reason))
    expect(await run({ signal: controller.signal })).toMatchObject({
      type: 'refreshFailed',
      error: { cause: { message: 'over' } },
    })
  })

  it('lines up again when its lock is stolen before its turn has come', async () => {
    const { run, rob, whileUnderWay, sent } = setUp()
    const reason = new AbortController()
    let robbed = 0
    whileUnderWay(() => {
      if (robbed++ === 0) rob()
    })
    const first = run()
    const second = watch(run({ session: session({ id: 'other' }), signal: reason.signal }))
    expect(await first).toMatchObject({ type: 'refreshed' })
    await settle()
    expect(second).toMatchObject({ state: 'resolved', value: { type: 'adopted', session: { id: 'a' } } })
    expect(sent).toEqual(['refresh1'])
  })

  it('sends nothing when its lock is stolen while it reads', async () => {
    const { run, rob, sent } = setUp()
    const outcome = run()
    rob()
    expect(await outcome).toMatchObject({ type: 'refreshFailed' })
    expect(sent).toEqual([])
  })

  it('keeps the lock until tokens that the storage would not take are written, and serves meanwhile', async () => {
    const { run, disk, clock, refresher, read, sent } = setUp()
    disk.writes = 'full'
    const outcome = await run()
    expect(outcome).toMatchObject({ type: 'refreshed' })
    const next = 'session' in outcome ? outcome.session : undefined
    await clock.advance(4_000)
    expect([refresher.isHolding(), read()?.revision]).toEqual([true, 1])
    expect(await run({ session: next })).toMatchObject({ type: 'refreshed', session: { revision: 3 } })
    expect(sent).toEqual(['refresh1', 'refresh1+'])
    disk.writes = 'well'
    await clock.advance(40_000)
    expect([refresher.isHolding(), read()?.revision]).toEqual([false, 3])
    expect(clock.pending).toBe(0)
  })

  it.each(['well', 'full'])(
    'leaves no spent token behind that it could not replace before it was robbed, on a storage that is %s',
    async (health) => {
      let fails = false
      const refresh = async (token?: string) => {
        if (fails) throw new TypeError('offline')
        return { accessToken: 'next', refreshToken: `${token}+` }
      }
      const { run, rob, disk, clock, refresher, read } = setUp({ refresh })
      disk.writes = 'full'
      const outcome = await run()
      const next = 'session' in outcome ? outcome.session : undefined
      rob()
      await clock.advance(2_000)
      expect([refresher.isHolding(), read()?.revision]).toEqual([false, 1])
      fails = true
      disk.writes = health
      expect(await run({ session: next })).toMatchObject({ type: 'refreshFailed' })
      await settle()
      expect([refresher.isHolding(), read()?.revision]).toEqual(health === 'well' ? [false, 2] : [true, 1])
      disk.writes = 'well'
      await clock.advance(2_000)
      expect([refresher.isHolding(), read()?.revision]).toEqual([false, 2])
    },
  )

  it.each(['well', 'full'])(
    'removes the spent token when the session changes hands, on a storage that is %s',
    async (health) => {
      const { run, disk, refresher, read } = setUp()
      disk.writes = 'full'
      const controller = new AbortController()
      await run({ signal: controller.signal })
      await settle()
      disk.writes = health
      controller.abort()
      await settle()
      expect(refresher.isHolding()).toBe(false)
      expect(read()?.revision).toBe(health === 'well' ? undefined : 1)
    },
  )

  it('does not rest where the session changes hands during the write that fails', async () => {
    const { run, disk, refresher, clock } = setUp()
    const controller = new AbortController()
    const writes = () => {
      controller.abort()
      return 'full'
    }
    Object.defineProperty(disk, 'writes', { get: writes })
    await run({ signal: controller.signal })
    await settle()
    expect([refresher.isHolding(), clock.pending]).toEqual([false, 0])
  })

  it('does not let go of the lock before a sign-out of its own tab has removed the spent token', async () => {
    const { run, disk, refresher, record, read } = setUp()
    disk.writes = 'full'
    const controller = new AbortController()
    await run({ signal: controller.signal })
    await settle()
    // The sign-out comes first and gets through; what the refresher itself tries meanwhile would fail.
    let writes = 0
    Object.defineProperty(disk, 'writes', { get: () => (writes++ === 0 ? 'well' : 'full') })
    const leaving = record.write(undefined)
    controller.abort()
    expect(await leaving).toBe('written')
    expect(read()).toBeUndefined()
    expect(refresher.isHolding()).toBe(true)
    await settle()
    expect(refresher.isHolding()).toBe(false)
  })
})
