import type { Tab } from './engines/browser.ts'
import type { RowsAnswer } from './page/lab.ts'
import type { Stage } from './stage.ts'

/** What came of many wakes. */
export interface Tally {
  rounds: number
  refreshes: number
  /** Rounds with another number of refreshes than one. */
  oddRounds: number
  reuseDetections: number
  sessionsLost: number
  /** What tabs got that was not rows. */
  refusals: string[]
  /** Resource requests that were answered 401. */
  unauthorized: number
}

/** What a tally must be when nothing was lost. */
export const flawless = (rounds: number): Tally => ({
  rounds,
  refreshes: rounds,
  oddRounds: 0,
  reuseDetections: 0,
  sessionsLost: 0,
  refusals: [],
  unauthorized: 0,
})

/** Longer than any token lives here. */
const longSleep = 20_000

/**
 * One wake: all tabs sleep past the expiry of their one token, wake `stagger` ms apart and ask for rows at once. The
 * refresh takes a few milliseconds more each time, so that tabs meet each other at every step of it.
 */
export async function wakeOnce(
  { world }: Stage,
  conductor: Tab,
  tabs: number,
  { stagger = 0, slowness = 0 } = {},
): Promise<{ answers: RowsAnswer[]; refreshes: number }> {
  const before = world.server.counts.refreshes
  if (slowness) world.server.fail({ type: 'delay', delay: slowness, on: 'refresh' })
  const order = { tabs, offset: world.passTime(longSleep), stagger }
  const answers = await conductor.run((lab, given) => lab.conduct(given), order)
  return { answers, refreshes: world.server.counts.refreshes - before }
}

/** Wakes `tabs` tabs again and again. A session that is lost is counted and begun anew. */
export async function wakeAgainAndAgain(
  stage: Stage,
  tabs: number,
  rounds: number,
  rhythm: 'together' | 'staggered',
  search?: string,
): Promise<Tally> {
  const players = await stage.openAll(tabs, search)
  const conductor = await stage.open('?role=conductor')
  await players[0]?.run((lab) => lab.signIn('ada'))
  for (const player of players) await player.run((lab) => lab.rows())
  const tally: Tally = { ...flawless(rounds), refreshes: 0 }
  const start = stage.world.server.counts
  for (let round = 0; round < rounds; round++) {
    const stagger = rhythm === 'together' ? 0 : 2 + (round % 7) * 5
    const { answers, refreshes } = await wakeOnce(stage, conductor, tabs, { stagger, slowness: (round % 5) * 12 })
    tally.refreshes += refreshes
    if (refreshes !== 1) tally.oddRounds++
    for (const { status, failure } of answers) if (status !== 200) tally.refusals.push(failure ?? String(status))
    if (stage.world.server.liveFamilies === 1) continue
    tally.sessionsLost++
    await players[0]?.run((lab) => lab.signIn('ada'))
    await Promise.all(players.map((player) => player.run((lab) => lab.rows())))
  }
  const { reuseDetections, unauthorized } = stage.world.server.counts
  tally.reuseDetections = reuseDetections - start.reuseDetections
  tally.unauthorized = unauthorized - start.unauthorized
  return tally
}
