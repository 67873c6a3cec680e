import { chanceOf } from './chance.ts'
import type { StorageKind } from './disk.ts'

/** One thing that a person, the network or the machine does. */
export interface Step {
  /** Virtual time since the step before, in milliseconds. */
  after: number
  type: StepType
  /** Which tab it happens to, of those that are open. */
  tab: number
  /** What else must be decided, from 0 up to 1. */
  value: number
}

const weights = {
  ask: 24,
  everybodyAsks: 10,
  fetch: 12,
  fetchOften: 2,
  refresh: 5,
  open: 4,
  close: 2,
  crash: 5,
  freeze: 4,
  crashRefreshing: 2,
  freezeRefreshing: 3,
  signOutRefreshing: 1,
  signInRefreshing: 1,
  thaw: 5,
  hide: 5,
  show: 4,
  sleep: 3,
  goOffline: 2,
  goOnline: 3,
  fillDisk: 1,
  clearDisk: 2,
  slowDisk: 1,
  quickDisk: 2,
  setClock: 1,
  unavailable: 2,
  tooMany: 2,
  dropRequests: 2,
  loseAnswers: 2,
  slowDown: 2,
  hang: 1,
  rejectTokens: 1,
  getWell: 7,
  signOut: 1,
  signIn: 1,
  revoke: 0.5,
} as const

/** What can happen in a run. */
export type StepType = keyof typeof weights

const bag = Object.entries(weights).flatMap(([type, weight]) => Array<StepType>(weight * 2).fill(type as StepType))

/** How long access tokens live and what is told about it. */
export type TokenKind = 'opaque' | 'jwt' | 'jwt and expires_in' | 'unknown'

/** Everything about a run that its seed decides beforehand. */
export interface Scenario {
  seed: number
  storage: StorageKind
  tabs: number
  steps: readonly Step[]
  /** Of an access token, in milliseconds. */
  lifetime: number
  tokenKind: TokenKind
  /** For how long the server answers a spent refresh token with the tokens that it gave for it. */
  grace: number
  /** What a server does that gets a spent token later: end the session, or only refuse. */
  onReuse: 'revoke' | 'refuse'
  /** Whether tabs that are frozen at the end stay so, while the others must do without them. */
  staysFrozen: boolean
  /** Of a session, from the sign-in on, in milliseconds. */
  sessionLifetime: number
  tellsSessionLifetime: boolean
  /** How far the device's clock is ahead of the server's. */
  clockSkew: number
  /** How far the clocks of two tabs may be apart. */
  tabSkew: number
  /** Whether timers stand still while the machine sleeps. */
  sleepStopsTimers: boolean
}

/** The story of a seed. */
export function scenarioOf(seed: number): Scenario {
  const chance = chanceOf(seed)
  const lifetime = chance.pick([3_000, 5_000, 15_000, 15_000, 60_000, 60_000, 300_000])
  const pace = chance.pick([2_000, 10_000, 30_000, Math.min(lifetime, 60_000)])
  return {
    seed,
    tabs: chance.whole(1, 8),
    lifetime,
    tokenKind: chance.pick(['opaque', 'opaque', 'jwt', 'jwt and expires_in', 'unknown'] as const),
    onReuse: chance.happens(0.7) ? 'revoke' : 'refuse',
    staysFrozen: chance.happens(0.3),
    grace: chance.happens(0.3) ? 10_000 : 0,
    sessionLifetime: chance.happens(0.15) ? chance.between(30_000, 600_000) : Infinity,
    tellsSessionLifetime: chance.happens(0.5),
    clockSkew: chance.pick([0, 0, 600_000, -600_000, 86_400_000, -86_400_000, chance.between(-5_000, 5_000)]),
    tabSkew: chance.pick([0, 0, 5, 100]),
    sleepStopsTimers: chance.happens(0.5),
    steps: Array.from({ length: chance.whole(5, 45) }, () => ({
      after: chance.pick([chance.between(0, 20), chance.between(0, 400), chance.between(0, pace)]),
      type: chance.pick(bag),
      tab: chance.whole(0, 99),
      value: chance.between(0, 1),
    })),
    storage: chance.pick(['IndexedDB', 'IndexedDB', 'IndexedDB', 'fenced localStorage', 'lease'] as const),
  }
}
