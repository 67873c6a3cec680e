import { describe, expect, it } from 'vitest'
import { ada, api, createWorld, grace, settle, watch } from './world.ts'

describe('promise 4: late answers change nothing', () => {
  it('drops a refresh that arrives after sign-out', async () => {
    const { clock, server, tabs, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    clock.sleep(60_000)
    server.fail({ type: 'delay', delay: 2_000, on: 'refresh' })
    const waiting = watch(client.getAccessToken())
    await settle()
    await client.signOut()
    await clock.advance(5_000)
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'signed_out' } })
    expect(client.getState().status).toBe('unauthenticated')
    expect(tabs.stored.has('authed')).toBe(false)
  })

  it('drops a refresh that arrives after another tab has signed out', async () => {
    const { clock, server, tabs, openTab } = createWorld()
    const [one, other] = [openTab(), openTab()]
    await one.client.signIn(ada)
    await settle()
    clock.sleep(60_000)
    server.fail({ type: 'delay', delay: 2_000, on: 'refresh' })
    const waiting = watch(one.client.getAccessToken())
    await settle()
    await other.client.signOut()
    await clock.advance(5_000)
    expect(waiting.state).toBe('rejected')
    expect(one.client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'signed-out-elsewhere' })
    expect(tabs.stored.has('authed')).toBe(false)
  })

  it('drops a refresh that arrives after somebody else has signed in', async () => {
    const { clock, server, openTab } = createWorld()
    const [one, other] = [openTab(), openTab()]
    await one.client.signIn(ada)
    await settle()
    clock.sleep(60_000)
    server.fail({ type: 'delay', delay: 2_000, on: 'refresh' })
    const waiting = watch(one.client.getAccessToken())
    await settle()
    await other.client.signIn(grace)
    await clock.advance(5_000)
    expect(waiting).toMatchObject({ state: 'rejected', error: { code: 'session_ended' } })
    expect(one.client.getState().userId).toBe('2')
    expect(other.client.getState().userId).toBe('2')
  })

  it('drops a sign-in that a sign-out has overtaken', async () => {
    const { clock, server, tabs, openTab } = createWorld()
    const { client } = openTab()
    server.fail({ type: 'delay', delay: 2_000, on: 'signIn' })
    const signing = watch(client.signIn(ada))
    await settle()
    await client.signOut()
    await clock.advance(3_000)
    expect(signing).toMatchObject({ state: 'rejected', error: { code: 'signed_out' } })
    expect(client.getState().status).toBe('unauthenticated')
    expect(tabs.stored.has('authed')).toBe(false)
    expect(server.liveFamilies).toBe(0)
  })

  it('lets the last of two sign-ins count', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    server.fail({ type: 'delay', delay: 2_000, on: 'signIn' })
    const slow = watch(client.signIn(ada))
    await settle()
    await client.signIn(grace)
    await clock.advance(3_000)
    expect(slow.state).toBe('rejected')
    expect(client.getState().userId).toBe('2')
    expect(server.liveFamilies).toBe(1)
  })

  it('drops rows that arrive after their user has gone', async () => {
    const { clock, server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    server.fail({ type: 'delay', delay: 1_000, on: 'resource' })
    const late = watch(client.fetch(`${api}/api/rows`))
    await settle()
    await client.signIn(grace)
    await clock.advance(2_000)
    expect(late).toMatchObject({ state: 'rejected', error: { code: 'session_ended' } })
  })

  it('sends no request with the token of one user as the request of the next', async () => {
    const { sent, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    const former = client.peekAccessToken()
    const request = watch(client.fetch(`${api}/api/rows`))
    void client.setTokens({ accessToken: 'of-grace', userId: 2, expiresIn: 60_000 })
    await settle()
    const header = sent.at(-1)?.headers.get('authorization')
    expect(header === `Bearer ${former}` && request.state === 'resolved').toBe(false)
  })

  it('drops a session that was read before somebody signed out without one', async () => {
    const { tabs, openTab } = createWorld()
    const [one, slow] = [openTab(), tabs.open()]
    let answer = () => {}
    const answered = new Promise<void>((resolve) => {
      answer = resolve
    })
    let reads = 0
    const get = async (key: string) => {
      const text = tabs.stored.get(key)
      // The first read restores the session, the second follows the news of it.
      if (++reads === 2) await answered
      return text
    }
    const other = openTab({ ...slow, storage: { ...slow.storage, get } })
    await settle()
    await one.client.signIn(ada)
    await settle()
    expect(reads).toBe(2)
    await other.client.signOut()
    answer()
    await settle()
    expect(other.client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'signed-out' })
    expect(tabs.stored.has('authed')).toBe(false)
  })

  it('lets a sign-in count that follows a sign-out before the session was restored', async () => {
    const { server, tabs, openTab } = createWorld()
    const former = openTab()
    await former.client.signIn(ada)
    former.unmount()
    const reads: (() => void)[] = []
    const storage = {
      ...former.storage,
      get: async (key: string) => {
        await new Promise<void>((resolve) => void reads.push(resolve))
        return former.storage.get(key)
      },
    }
    const { client } = openTab({ storage })
    const leaving = watch(client.signOut())
    expect(client.getState().status).toBe('unauthenticated')
    const signing = watch(client.signIn(grace))
    for (let turn = 0; turn < 10; turn++) {
      await settle()
      for (const go of reads.splice(0)) go()
    }
    expect([leaving.state, signing.state]).toEqual(['resolved', 'resolved'])
    expect(client.getState()).toMatchObject({ status: 'authenticated', userId: '2' })
    expect(tabs.stored.get('authed')).toContain('"userId":"2"')
    expect(server.liveFamilies).toBe(1)
  })

  it('signs out here and in all tabs although the server cannot be reached', async () => {
    const { clock, server, openTab } = createWorld()
    const [one, other] = [openTab(), openTab()]
    await one.client.signIn(ada)
    await settle()
    server.setHealth('dropped')
    await one.client.signOut()
    await clock.advance(100)
    expect(one.client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'signed-out' })
    expect(other.client.getState()).toMatchObject({ status: 'unauthenticated', endReason: 'signed-out-elsewhere' })
  })

  it('gives the refresh token back to the server at sign-out', async () => {
    const { server, openTab } = createWorld()
    const { client } = openTab()
    await client.signIn(ada)
    expect(server.liveFamilies).toBe(1)
    await client.signOut()
    expect(server.liveFamilies).toBe(0)
  })
})
