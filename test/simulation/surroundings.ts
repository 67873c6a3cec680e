import type { Page } from './page.ts'
import type { Scenario } from './scenario.ts'
import type { Schedule } from './schedule.ts'
import type { RefreshToken, Server } from './server.ts'
import type { Verdict } from './verdict.ts'

/** What those who watch the promises are told of the world around the tabs. */
export interface Surroundings {
  schedule: Schedule
  scenario: Scenario
  server: Server
  verdict: Verdict
  pages: ReadonlyMap<string, Page>
  /** Whether network and server have been well for a while. */
  isWell: () => boolean
  /** The refresh token that the shared record shows. */
  storedToken: () => RefreshToken | undefined
  /** When the storage was last out of order. */
  diskTroubleAt: () => number
  /** When the device's clock was last set, and last set back. */
  clockSetAt: () => number
  setBackAt: () => number
  /** And last by a whole day, which nobody can miss. */
  dayBackAt: () => number
}

/** What a client can know of a token's lifetime: a JWT tells it in whole seconds. */
export const knownLifetime = ({ lifetime, tokenKind }: Scenario): number =>
  tokenKind.startsWith('jwt') ? Math.max(lifetime - 1_000, lifetime / 2) : lifetime
