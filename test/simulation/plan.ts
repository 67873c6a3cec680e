import { chanceOf } from './chance.ts'

/** One thing that a person, the network or the machine does. */
export interface Action {
  /** Virtual time since the action before, in milliseconds. */
  after: number
  type: ActionType
  /** Which tab it happens to, of those that are open. */
  tab: number
}

const weights = {
  ask: 30,
  fetch: 12,
  burst: 6,
  refresh: 4,
  hide: 3,
  show: 4,
  open: 3,
  crash: 3,
  freeze: 2,
  thaw: 3,
  sleep: 3,
  offline: 2,
  online: 3,
  fill: 1,
  clear: 2,
  setClock: 1,
  '503': 2,
  '429': 1,
  dropping: 2,
  'losing answers': 1,
  slow: 2,
  hanging: 1,
  well: 6,
  signOut: 1,
  signInAgain: 1,
  revoke: 0.5,
} as const

/** What can happen in a run. */
export type ActionType = keyof typeof weights

const bag = Object.entries(weights).flatMap(([type, weight]) => Array<ActionType>(weight * 2).fill(type as ActionType))

/** The story of a run, told by its seed alone. */
export function planOf(seed: number): { tabs: number; actions: Action[] } {
  const chance = chanceOf(seed)
  const tabs = chance.whole(1, 8)
  const actions = Array.from({ length: chance.whole(10, 60) }, () => ({
    after: chance.pick([chance.between(0, 20), chance.between(0, 2_000), chance.between(0, 30_000)]),
    type: chance.pick(bag),
    tab: chance.whole(0, 99),
  }))
  return { tabs, actions }
}
