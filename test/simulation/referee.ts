import type { Page } from './page.ts'
import { watchRequests } from './requestWatch.ts'
import type { RefreshToken } from './server.ts'
import { watchSessions } from './sessionWatch.ts'
import type { Surroundings } from './surroundings.ts'
import { createVerdict } from './verdict.ts'

const day = 86_400_000

/** Watches every step of a run, and stops it when a promise is broken. */
export function createReferee(
  world: Omit<Surroundings, 'verdict' | 'pages' | 'clockSetAt' | 'setBackAt' | 'dayBackAt'>,
) {
  const { schedule } = world
  const verdict = createVerdict(schedule)
  const pages = new Map<string, Page>()
  let clockSetAt = -Infinity
  let setBackAt = -Infinity
  let dayBackAt = -Infinity
  const surroundings = {
    ...world,
    verdict,
    pages,
    clockSetAt: () => clockSetAt,
    setBackAt: () => setBackAt,
    dayBackAt: () => dayBackAt,
  }
  const requests = watchRequests(surroundings)
  const sessions = watchSessions(surroundings, requests)
  return {
    ...requests,
    ...sessions,
    verdict,
    note: verdict.note,
    fail: verdict.fail,
    watch: (page: Page) => void pages.set(page.name, page),
    clockSet(by: number) {
      clockSetAt = schedule.now
      if (by < 0) setBackAt = schedule.now
      if (by < -day / 2) dayBackAt = schedule.now
    },
    stored(page: Page, after: RefreshToken | undefined, before: RefreshToken | undefined) {
      requests.stored()
      sessions.stored(page, after, before)
    },
  }
}

/** The referee of a run. */
export type Referee = ReturnType<typeof createReferee>
