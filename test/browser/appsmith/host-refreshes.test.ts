import { describe, expect, it } from 'vitest'
import { prepareStages } from './stage.ts'

const open = prepareStages()

describe('a table widget whose page refreshes', () => {
  it.each(['rotating', 'none'] as const)(
    'signs in through the page, shows rows and lives through ten expiries with one refresh each (rotation %s)',
    async (rotation) => {
      const stage = await open({ server: { accessTokenLifetime: 4_000, rotation }, widgets: [{}, {}] })
      await stage.signIn()
      for (let turn = 1; turn <= 10; turn++) {
        await expect.poll(() => stage.api.counts.refreshes, { timeout: 10_000 }).toBeGreaterThanOrEqual(turn)
        await stage.turnPage(turn % 2)
        await stage.run('getAccessToken')
      }
      const revision = await stage.inPage(({ page }) => (page.store.values.auth as { revision: number }).revision)
      expect(stage.api.counts).toMatchObject({
        signIns: 1,
        refreshes: revision - 1,
        unauthorized: 0,
        reuseDetections: 0,
      })
      await stage.expectSound()
    },
  )
})
