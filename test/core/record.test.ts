import { type ChannelMessage, memoryStorage, type Session, type TokenStorage } from 'authed/core'
import { createFakeClock } from 'authed/testing'
import { describe, expect, it } from 'vitest'
import { sessionRecord } from '../../src/core/record.ts'
import { readSession, writeSession } from '../../src/core/tokens.ts'
import { watch } from '../promises/world.ts'

const session = (over: Partial<Session> = {}): Session => ({
  id: 'a',
  revision: 1,
  userId: '1',
  accessToken: 'x',
  obtainedAt: 0,
  ...over,
})
const texts = (over?: Partial<Session>) => writeSession(session(over))
const fail = () => {
  throw new Error('full')
}
const setUp = (over: Partial<TokenStorage> = {}) => {
  const clock = createFakeClock()
  const memory = memoryStorage()
  const told: ChannelMessage[] = []
  return {
    clock,
    memory,
    record: sessionRecord({ ...memory, ...over }, 'k', clock, (message) => void told.push(message)),
    told,
  }
}

describe('sessionRecord', () => {
  it('reads what it wrote', async () => {
    const { record } = setUp()
    expect(await record.read()).toEqual({ text: undefined, session: undefined })
    expect(await record.write(session())).toBe('written')
    expect((await record.read()).session).toEqual(session())
  })

  it('replaces only what was read', async () => {
    const { record, memory } = setUp()
    await record.write(session())
    const before = await record.read()
    memory.set('k', texts({ revision: 2 }))
    expect(await record.replace(before, session({ revision: 3 }))).toBe('changed')
    expect(await record.replace(await record.read(), session({ revision: 3 }))).toBe('written')
    expect(readSession((await memory.get('k')) as string)?.revision).toBe(3)
    expect(await record.replace(await record.read(), undefined)).toBe('written')
    expect(await memory.get('k')).toBeUndefined()
  })

  it('tells the other tabs of what it has written, and of nothing else', async () => {
    const { record, told, memory } = setUp()
    await record.write(session({ revision: 2 }))
    const before = await record.read()
    await record.replace(before, session({ revision: 3 }))
    await record.replace(before, session({ revision: 4 }))
    await record.write(undefined)
    expect(told).toEqual([2, 3, 0].map((revision) => ({ type: 'changed', revision })))
    const failing = setUp({ ...memory, get: fail, set: fail, remove: fail })
    await failing.record.write(session())
    expect(failing.told).toEqual([])
  })

  it('takes null for nothing, as web storage answers', async () => {
    const { record, memory } = setUp({ get: () => null })
    expect(await record.replace(await record.read(), session())).toBe('written')
    expect(await memory.get('k')).toBe(texts())
  })

  it('removes a session in whatever revision another tab has brought it to', async () => {
    let swaps = 0
    const memory = memoryStorage()
    const { record } = setUp({
      ...memory,
      swap: async (key, expected, next) => {
        if (swaps++ === 0) memory.set(key, texts({ revision: 2 }))
        const hit = (await memory.get(key)) === expected
        if (hit && next === undefined) memory.remove(key)
        return hit
      },
    })
    memory.set('k', texts())
    expect(await record.write(undefined)).toBe('written')
    expect([await memory.get('k'), swaps]).toEqual([undefined, 2])
  })

  it.each([
    ['nothing any more', undefined, undefined],
    ['nothing, told as null', null, null],
    ['the session of somebody who has signed in since', texts({ id: 'b' }), texts({ id: 'b' })],
  ])('leaves alone %s', async (_, found, left) => {
    let text: string | null | undefined = texts()
    const { record } = setUp({
      get: async () => text,
      remove: async () => {
        text = undefined
      },
      swap: async () => {
        text = found
        return false
      },
    })
    expect(await record.write(undefined)).toBe('written')
    expect(text).toBe(left)
  })

  it('removes nothing where it has found nothing: another tab may be signing in', async () => {
    const memory = memoryStorage()
    let reads = 0
    const { record } = setUp({
      ...memory,
      get: async (key) => {
        const found = await memory.get(key)
        if (++reads === 1) memory.set(key, texts())
        return found
      },
    })
    expect(await record.write(undefined)).toBe('written')
    expect(await memory.get('k')).toBe(texts())
  })

  it('falls silent where the storage fails, hangs, or shows only what this tab has replaced in memory', async () => {
    const failing = setUp({ get: fail })
    expect(await failing.record.read()).toEqual({ text: undefined, silent: true })
    expect(failing.record.trouble).toBe('Error: full')

    const hanging = setUp({ get: () => new Promise(() => {}) })
    const reading = watch(hanging.record.read())
    await hanging.clock.advance(3_000)
    const late = { code: 'storage', transient: true }
    expect(reading.value).toMatchObject({ text: undefined, silent: true, late })

    let writes: typeof fail | undefined
    const memory = memoryStorage()
    const full = setUp({ ...memory, set: (...entry) => (writes ?? memory.set)(...entry), remove: () => writes?.() })
    await full.record.write(session())
    writes = fail
    expect(await full.record.replace(await full.record.read(), session({ revision: 2 }))).toBe('failed')
    expect(await full.record.read()).toEqual({ text: texts(), silent: true })
    memory.set('k', texts({ revision: 9 }))
    expect((await full.record.read()).session?.revision).toBe(9)
  })

  it('leaves nobody the tokens of a former session where the next one cannot be written', async () => {
    const memory = memoryStorage()
    let health = 'well'
    const { record } = setUp({ ...memory, set: (...entry) => (health === 'well' ? memory.set(...entry) : fail()) })
    await record.write(session())
    health = 'full'
    expect(await record.write(session({ id: 'b' }))).toBe('failed')
    expect(await memory.get('k')).toBeUndefined()
    expect((await record.read()).silent).toBe(true)
  })

  it('hears of a sign-out also where it could once write nothing in the place of nothing', async () => {
    let full = true
    const { record, memory } = setUp({ set: (key, text) => (full ? fail() : memory.set(key, text)) })
    expect(await record.write(session())).toBe('failed')
    expect((await record.read()).silent).toBe(true)
    full = false
    memory.set('k', texts({ id: 'b' }))
    expect((await record.read()).session?.id).toBe('b')
    memory.remove('k')
    expect(await record.read()).toEqual({ text: undefined, session: undefined })
  })

  it('makes readers wait for its own writing', async () => {
    const memory = memoryStorage()
    let go = () => {}
    const { record } = setUp({
      ...memory,
      set: async (key, text) => {
        await new Promise<void>((resolve) => {
          go = resolve
        })
        memory.set(key, text)
      },
    })
    const writing = record.write(session())
    const reading = watch(record.read())
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(reading.state).toBe('waiting')
    go()
    await writing
    expect((await record.read()).session).toEqual(session())
  })
})
