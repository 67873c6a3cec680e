import { AuthError, browserWake, memoryStorage, type TokenStorage } from 'authed/core'
import { settle } from 'authed/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { watch } from '../promises/world.ts'
import { setUp } from './ownEndpoint.ts'

const failing = () => Promise.reject(new Error('down'))
const shared = (storage: TokenStorage = memoryStorage()): TokenStorage => ({ ...storage, reach: 'browser' })
const channel = { post: () => {}, subscribe: () => () => {} }
const boom = () => {
  throw new Error('boom')
}

afterEach(() => vi.unstubAllGlobals())

describe('callbacks of the app that throw', () => {
  /** Runs `work` and returns what it reports as uncaught errors, as a page does. */
  const reported = async (work: () => Promise<void>) => {
    const uncaught: unknown[] = []
    vi.stubGlobal('reportError', (error: unknown) => uncaught.push(error))
    await work()
    await settle()
    return uncaught
  }

  it('a listener keeps neither other listeners nor the refresh from their work, and is reported', async () => {
    const uncaught = await reported(async () => {
      const { clock, client } = setUp()
      const heard = vi.fn()
      client.subscribe(boom)
      client.subscribe(heard)
      await client.signIn(undefined)
      clock.sleep(60_000)
      expect(await client.getAccessToken()).toBe('token2')
      expect(heard.mock.calls.length).toBeGreaterThan(1)
    })
    expect(uncaught[0]).toMatchObject({ message: 'boom' })
  })

  it('a listener is told of on the console where nothing else reports', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { client } = setUp()
    client.subscribe(boom)
    await client.signIn(undefined)
    expect(log.mock.calls[0]).toEqual([new Error('boom')])
    log.mockRestore()
  })

  it.each([
    ['throws', boom, 1],
    ['answers nonsense', () => Number.NaN, 0],
  ])('`retryDelay` that %s does not end the trying', async (_, retryDelay, reports) => {
    const uncaught = await reported(async () => {
      let up = false
      const { clock, client, next } = setUp({ retryDelay }, { refresh: async () => (up ? next() : failing()) })
      await client.signIn(undefined)
      clock.sleep(60_000)
      const waiting = watch(client.getAccessToken())
      await settle()
      up = true
      await clock.advance(2_000)
      expect(waiting).toMatchObject({ state: 'resolved', value: 'token2' })
    })
    expect(uncaught).toHaveLength(reports)
  })

  it('`retry` is told to the callers that wait', async () => {
    const { clock, client } = setUp({ retry: boom }, { refresh: failing })
    await client.signIn(undefined)
    clock.sleep(60_000)
    const waiting = [watch(client.getAccessToken()), watch(client.getAccessToken())]
    await settle()
    const rejected = { state: 'rejected', error: { message: 'boom' } }
    expect(waiting).toMatchObject([rejected, rejected])
  })

  it('`getUserId` leaves the user to what else is known', async () => {
    const uncaught = await reported(async () => {
      const claims = Buffer.from('{"sub":"ada"}').toString('base64url')
      const { client } = setUp({ getUserId: boom }, { signIn: async () => ({ accessToken: `x.${claims}.x` }) })
      await client.signIn(undefined)
      expect(client.getState().userId).toBe('ada')
    })
    expect(uncaught).toHaveLength(1)
  })

  it('that are left out are no errors', async () => {
    const { client } = setUp({}, { signIn: async () => ({ accessToken: 'opaque' }) })
    const uncaught = await reported(() => client.signIn(undefined))
    expect(uncaught).toEqual([])
  })

  it('`credentials` ends the attempt, for a person may have closed the dialog, until somebody asks again', async () => {
    const credentials = vi.fn<() => string>().mockImplementationOnce(boom).mockReturnValue('typed')
    const { clock, client } = setUp({ credentials })
    client.mount()
    const waiting = watch(client.getAccessToken())
    await settle()
    const error = { code: 'signed_out', transient: false, cause: { message: 'boom' } }
    expect(waiting).toMatchObject({ state: 'rejected', error })
    expect(client.getState()).toMatchObject({ status: 'unauthenticated' })
    await clock.advance(60_000)
    expect(credentials).toHaveBeenCalledTimes(1)
    expect(await client.getAccessToken()).toBe('token1')
  })

  it('`credentials` is called again where it says that its failure passes', async () => {
    let count = 0
    const failing = () => {
      throw new AuthError('network', 'The server that knows the credentials is down.')
    }
    const { clock, client } = setUp({ credentials: () => (count++ ? 'typed' : failing()) })
    const waiting = watch(client.getAccessToken())
    await settle()
    expect(waiting.state).toBe('waiting')
    await clock.advance(2_000)
    expect(waiting).toMatchObject({ state: 'resolved', value: 'token1' })
  })
})

describe('errors of other packages', () => {
  it('that are called AuthError too end no session', async () => {
    const foreign = () =>
      Promise.reject(Object.assign(new Error('fetch failed'), { name: 'AuthError', code: undefined }))
    let up = false
    const { clock, client, next } = setUp({}, { refresh: async () => (up ? next() : foreign()) })
    await client.signIn(undefined)
    clock.sleep(60_000)
    const waiting = watch(client.getAccessToken())
    await settle()
    up = true
    await clock.advance(2_000)
    expect(waiting).toMatchObject({ state: 'resolved', value: 'token2' })
  })
})

describe('a listener that asks at once', () => {
  it('gets a token of the credentials in the very moment of the sign-out', async () => {
    const { clock, client } = setUp({ credentials: () => 'typed' })
    await client.getAccessToken()
    await clock.advance(5_000)
    const answers: ReturnType<typeof watch>[] = []
    client.subscribe(() => {
      const { status } = client.getState()
      if (status === 'unauthenticated' && !answers.length) answers.push(watch(client.getAccessToken()))
    })
    await client.signOut()
    await settle()
    expect(answers).toMatchObject([{ state: 'resolved', value: 'token2' }])
  })
})

describe('ports that misbehave', () => {
  it('a lock that throws at once fails the attempt, and none that comes after', async () => {
    let denied = true
    const run = (_: string, task: () => Promise<void>) => (denied ? (boom() as Promise<never>) : task())
    const { clock, client } = setUp({ storage: shared(), channel, lock: { name: 'own', run } })
    await client.signIn(undefined)
    clock.sleep(60_000)
    const waiting = watch(client.getAccessToken())
    await settle()
    expect(client.getState().failureCount).toBe(1)
    denied = false
    await clock.advance(2_000)
    expect(waiting).toMatchObject({ state: 'resolved', value: 'token2' })
  })

  it('a channel that cannot post keeps nobody waiting', async () => {
    const reports: unknown[] = []
    vi.stubGlobal('reportError', (error: unknown) => reports.push(error))
    const { clock, client } = setUp({ storage: shared(), channel: { ...channel, post: boom } })
    await client.signIn(undefined)
    for (const token of ['token2', 'token3']) {
      clock.sleep(60_000)
      expect(await client.getAccessToken()).toBe(token)
    }
    await client.signOut()
    expect(client.getState().status).toBe('unauthenticated')
    expect(reports[0]).toMatchObject({ message: 'boom' })
  })

  it('a storage that hangs longer than the time limit is done without', async () => {
    const storage = { ...memoryStorage(), get: () => new Promise<never>(() => {}) }
    const { clock, client } = setUp({ storage, timeLimit: 1_000 })
    const signing = watch(client.signIn(undefined))
    await clock.advance(10_000)
    expect(signing.state).toBe('resolved')
    clock.sleep(60_000)
    const waiting = watch(client.getAccessToken())
    await clock.advance(20_000)
    expect(waiting).toMatchObject({ state: 'resolved', value: 'token2' })
  })

  it('a storage of one tab that keeps nothing ends no session', async () => {
    const storage: TokenStorage = { name: 'none', reach: 'tab', get: () => null, set: () => {}, remove: () => {} }
    const { clock, client } = setUp({ storage })
    await client.signIn(undefined)
    clock.sleep(60_000)
    expect(await client.getAccessToken()).toBe('token2')
    expect(client.getState().status).toBe('authenticated')
  })

  it('a window without a document is none', () => {
    vi.stubGlobal('window', new EventTarget())
    expect(browserWake.subscribe(() => {})).not.toThrow()
  })

  it.each(['throwIfAborted', 'reason'] as const)('signals without `%s` do', async (name) => {
    const own = Object.getOwnPropertyDescriptor(AbortSignal.prototype, name) as PropertyDescriptor
    Object.defineProperty(AbortSignal.prototype, name, { value: undefined, configurable: true })
    try {
      const { clock, client } = setUp({}, { refresh: () => new Promise(() => {}) })
      await client.signIn(undefined)
      clock.sleep(60_000)
      watch(client.getAccessToken())
      await clock.advance(10_000)
      expect(client.getState().error).toMatchObject({ code: 'timeout' })
    } finally {
      Object.defineProperty(AbortSignal.prototype, name, own)
    }
  })

  it('a client that was never mounted keeps no timer once nobody waits', async () => {
    const { clock, client } = setUp({ retryDelay: 30_000 }, { refresh: failing })
    await client.signIn(undefined)
    clock.sleep(60_000)
    const controller = new AbortController()
    const waiting = watch(client.getAccessToken({ signal: controller.signal }))
    await settle()
    controller.abort()
    await settle()
    expect(waiting.state).toBe('rejected')
    expect(clock.pending).toBe(0)
  })
})

describe('an endpoint of one’s own', () => {
  it.each([
    ['nothing', undefined],
    ['no access token', { refreshToken: 'r' }],
    ['an access token of the wrong type', { accessToken: 42 }],
    ['an access token that no header can carry', { accessToken: 'to\nken' }],
  ])('that answers with %s has answered wrong, and the session goes on', async (_, answer) => {
    const { clock, client } = setUp({}, { refresh: async () => answer as never })
    await expect(client.setTokens({ ...answer } as never)).rejects.toMatchObject({ code: 'invalid_response' })
    expect(client.getState().status).not.toBe('authenticated')
    await client.signIn(undefined)
    clock.sleep(60_000)
    watch(client.getAccessToken())
    await settle()
    expect(client.getState()).toMatchObject({ status: 'authenticated', error: { code: 'invalid_response' } })
  })

  it('that tells an instant which is none is believed what else it tells', async () => {
    const { clock, client } = setUp()
    await client.setTokens({ accessToken: 'x', expiresAt: Number.NaN, expiresIn: 5_000 })
    expect(client.getState().expiresAt).toBe(clock.now() + 5_000)
    expect(await client.getAccessToken()).toBe('x')
    await client.setTokens({ accessToken: 'y', expiresAt: Number.NaN })
    expect(await client.getAccessToken()).toBe('y')
  })
})
