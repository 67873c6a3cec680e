import { expect } from 'vitest'
import type { Tab } from './engines/browser.ts'
import type { Stage } from './stage.ts'

/** Opens tabs that share one session whose token has expired while all of them slept. None has woken yet. */
export async function openSleepingTabs(stage: Stage, count: number, search: string): Promise<[Tab, Tab, ...Tab[]]> {
  const tabs = (await stage.openAll(count, search)) as [Tab, Tab, ...Tab[]]
  await tabs[0].run((lab) => lab.signIn('ada'))
  for (const tab of tabs) await tab.run((lab) => lab.rows())
  const offset = stage.world.passTime(20_000)
  for (const tab of tabs) await tab.run((lab, given) => lab.sleep(given), offset)
  return tabs
}

/** Wakes a tab, which asks for rows at once. */
export const wake = (tab: Tab) =>
  tab.run((lab) => {
    lab.wake()
    return lab.rows()
  })

/** The same without waiting for the rows: the page may be gone before they come. Resolves when the refresh has reached the server. */
export async function wakeUntilRefreshArrives(stage: Stage, tab: Tab): Promise<void> {
  const { refreshes } = stage.world.server.counts
  await tab.run((lab) => {
    lab.wake()
    void lab.rows()
  })
  await expect.poll(() => stage.world.server.counts.refreshes, { interval: 5 }).toBe(refreshes + 1)
}
