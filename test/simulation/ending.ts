import type { Referee } from './referee.ts'
import type { Scenario } from './scenario.ts'
import type { Schedule } from './schedule.ts'
import type { Family, Server } from './server.ts'
import type { Tab } from './tab.ts'

/** What the end of a run is judged by. */
export interface Ending {
  schedule: Schedule
  scenario: Scenario
  server: Server
  referee: Referee
  running: () => Tab[]
  fetchRows: (tab: Tab) => void
  storedFamily: () => Family | undefined
}

/** What the tabs think of who is signed in. */
const viewsOf = (tabs: Tab[]) =>
  new Set(tabs.map(({ client }) => `${client.getState().status} ${client.getState().userId ?? ''}`))

/** All tabs are used for a while, so that each has reason to refresh and to hear of the others. */
export async function settle({ schedule, scenario, referee, running, fetchRows }: Ending) {
  const { lifetime } = scenario
  const span = Math.max(45_000, 1.3 * lifetime)
  const before = referee.figures.rotations
  for (let turn = 0; turn < 20; turn++) {
    for (const tab of running()) turn % 4 === 3 ? fetchRows(tab) : tab.ask()
    await schedule.pass(span / 20)
  }
  const rotations = referee.figures.rotations - before
  const known = scenario.tokenKind.startsWith('jwt') ? Math.max(lifetime - 2_000, lifetime / 3) : lifetime
  const limit = Math.ceil(span / Math.max(1_000, 0.7 * known)) + 3
  if (rotations > limit) referee.fail(6, `${rotations} refreshes in ${span} quiet ms, with tokens of ${lifetime} ms`)
  await schedule.pass(20_000)
  // Somebody may just be telling the others something.
  for (let turn = 0; turn < 3 && viewsOf(running()).size > 1; turn++) await schedule.pass(1_000)
}

/** Nobody waits, and all tabs agree with the storage and with each other. */
export function judge({ server, referee, running, storedFamily }: Ending) {
  const tab = running().find(({ waiting }) => waiting.size > 0)
  if (tab) {
    const [{ what, since }] = [...tab.waiting] as [{ what: string; since: number }]
    referee.fail(2, `${tab.page.name} lets a caller (${what}) wait since ${since}`)
  }
  const views = running().map(({ client }) => client.getState())
  const told = viewsOf(running())
  if (told.size > 1) referee.fail(8, `the tabs disagree: ${[...told].join(', ')}`)
  const stored = storedFamily()
  const expected = stored && server.isLive(stored) ? stored.user : undefined
  const [view] = views
  if (expected && view?.userId !== expected) referee.fail(3, `${expected} is no longer signed in, but ${view?.status}`)
  if (!stored && view?.status === 'authenticated') referee.fail(3, `${view.userId} is signed in, but not stored`)
}
