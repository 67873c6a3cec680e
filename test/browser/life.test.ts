import { describe, expect, it } from 'vitest'
import { startServer } from '../../demo/server.ts'
import { chosenEngines } from '../../scripts/browsers.ts'
import { useStage } from './stage.ts'

describe.each(chosenEngines())('one session in %s', (engine) => {
  const stage = useStage(engine, { server: { accessTokenLifetime: 3_000 } })
  const signedIn = async () => {
    const tab = await stage.open()
    await tab.run((lab) => lab.signIn('ada'))
    return tab
  }

  it('signs in and shows rows', async () => {
    const tab = await signedIn()
    expect(await tab.run((lab) => lab.rows())).toMatchObject({ status: 200, owner: 'Ada Lovelace', revision: 1 })
    await expect.poll(() => tab.run((lab) => lab.shown())).toContain('kept by Ada Lovelace')
    expect(await tab.run((lab) => lab.inspect().lock)).toBe('Web Locks')
    expect(await tab.run((lab) => lab.inspect().storage.name)).toBe('IndexedDB')
  })

  it('lives through ten expiries with one refresh each and not one 401', async () => {
    const tab = await signedIn()
    const answers = await tab.run(async (lab) => {
      const seen = []
      while ((lab.client.getState().revision ?? 0) < 11) {
        seen.push(await lab.rows())
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return seen
    })
    expect(answers.every(({ status, owner }) => status === 200 && owner === 'Ada Lovelace')).toBe(true)
    expect(stage.world.server.counts).toMatchObject({ signIns: 1, refreshes: 10, unauthorized: 0, reuseDetections: 0 })
  })

  it('is the same user after a reload, without a sign-in and without a refresh', async () => {
    const tab = await signedIn()
    await tab.reload()
    expect(await tab.run((lab) => lab.rows())).toMatchObject({ status: 200, owner: 'Ada Lovelace', revision: 1 })
    expect(stage.world.server.counts).toMatchObject({ signIns: 1, refreshes: 0, unauthorized: 0 })
  })

  it('is the same user after a reload with an expired token, by one refresh', async () => {
    const tab = await signedIn()
    stage.world.passTime(60_000)
    await tab.reload()
    expect(await tab.run((lab) => lab.rows())).toMatchObject({ status: 200, owner: 'Ada Lovelace', revision: 2 })
    expect(stage.world.server.counts).toMatchObject({ signIns: 1, refreshes: 1, unauthorized: 0 })
  })

  it('hands every tab over to a second user, and nothing of the first is left', async () => {
    const first = await signedIn()
    await expect.poll(() => first.run((lab) => lab.shown())).toContain('kept by Ada Lovelace')
    const second = await stage.open()
    expect(await second.run((lab) => lab.rows())).toMatchObject({ owner: 'Ada Lovelace' })
    await second.run((lab) => lab.signIn('grace'))
    await expect.poll(() => first.run((lab) => lab.shown())).toContain('kept by Grace Hopper')
    expect(await first.run((lab) => document.documentElement.innerHTML + lab.shown())).not.toContain('Ada Lovelace')
    expect(await first.run((lab) => lab.rows())).toMatchObject({ status: 200, owner: 'Grace Hopper', userId: '2' })
    expect(stage.world.server.counts).toMatchObject({ signIns: 2, reuseDetections: 0 })
  })

  it('signs every tab out at once, and nothing of the user is left', async () => {
    const first = await signedIn()
    const second = await stage.open()
    await expect.poll(() => first.run((lab) => lab.shown())).toContain('kept by Ada Lovelace')
    await second.run((lab) => lab.client.signOut())
    await expect.poll(() => first.run((lab) => lab.shown())).toBe('Nobody is signed in.')
    expect(await first.run((lab) => lab.client.getState().endReason)).toBe('signed-out-elsewhere')
    expect(stage.world.server.liveFamilies).toBe(0)
    await first.reload()
    await expect.poll(() => first.run((lab) => lab.shown())).toBe('Nobody is signed in.')
  })

  it('follows a redirect to another origin without the header', async () => {
    const foreign = await startServer()
    try {
      const tab = await signedIn()
      const target = `/api/redirect?to=${foreign.url}/api/me`
      const answer = await tab.run((lab, path) => lab.get(path), target)
      expect(answer.url).toBe(`${foreign.url}/api/me`)
      expect(stage.world.server.log.at(-1)).toMatchObject({ path: '/api/redirect', authorization: 'sent' })
      expect(foreign.server.log.map(({ authorization }) => authorization)).toEqual(['none'])
    } finally {
      await foreign.close()
    }
  })

  it('sends nothing at all to an origin that is not allowed', async () => {
    const foreign = await startServer()
    try {
      const tab = await signedIn()
      await expect(tab.run((lab, url) => lab.get(url), `${foreign.url}/api/me`)).rejects.toThrow('is not sent to')
      expect(foreign.server.log).toEqual([])
    } finally {
      await foreign.close()
    }
  })
})
