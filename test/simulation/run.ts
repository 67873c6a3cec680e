import { createBroadcast, createWakes } from './broadcast.ts'
import { chanceOf } from './chance.ts'
import { createDisk, type DiskWitness, type StorageKind } from './disk.ts'
import { judge, settle } from './ending.ts'
import { createLocks } from './locks.ts'
import { createNetwork } from './network.ts'
import { createPage } from './page.ts'
import { createPlatform } from './platform.ts'
import { createReferee } from './referee.ts'
import { type Scenario, type Step, scenarioOf } from './scenario.ts'
import { createSchedule } from './schedule.ts'
import { createServer } from './server.ts'
import { type Library, openTab, type Tab } from './tab.ts'
import type { BrokenPromise } from './verdict.ts'

/** What came of a run. */
export interface Result {
  scenario: Scenario
  storage: StorageKind
  broken?: BrokenPromise
  /** Instants and what happened then, in turns. */
  notes: readonly (number | string)[]
  steps: number
  figures: { rotations: number; requests: number; excuses: number }
}

const key = 'authed'
const maxTabs = 8
const clockJumps = [-86_400_000, -600_000, -20_000, -2_000, 2_000, 20_000, 600_000, 86_400_000]

/** Plays one scenario with the given package, and watches the promises at every step. */
export async function play(library: Library, given: Scenario, storage = given.storage): Promise<Result> {
  const scenario = { ...given, storage }
  const chance = chanceOf(scenario.seed ^ 0x5bd1e995)
  const schedule = createSchedule()
  const server = createServer(schedule, scenario)
  const tokenIn = (text: string | undefined) => server.readRefresh(library.readSession(text)?.refreshToken)
  let diskTroubleAt = -Infinity
  const referee = createReferee({
    ...{ schedule, scenario, server },
    isWell: () => network.isWell && schedule.now - troubleAt > 3_000,
    storedToken: () => tokenIn(disk.read(key)),
    diskTroubleAt: () => (disk.isWell ? diskTroubleAt : schedule.now),
  })
  const witness: DiskWitness = {
    stored: (page, after, before) => referee.stored(page, tokenIn(after), tokenIn(before)),
    read: (page, text) => referee.note(`${page.name} reads ${tokenIn(text)?.name ?? 'nothing'}`),
  }
  const ownStorage = { 'fenced localStorage': library.fencedLocalStorage, lease: library.indexedDbStorage }
  const disk =
    storage === 'fenced localStorage' || storage === 'lease'
      ? createPlatform(schedule, chance, key, ownStorage[storage], { ...referee, ...witness })
      : createDisk(schedule, chance, storage, witness)
  const network = createNetwork(schedule, chance, server, referee)
  const locks = createLocks(schedule, chance, referee)
  const wakes = createWakes(network.isOnline)
  const broadcast = createBroadcast(schedule, chance, (page, message) => {
    if (JSON.stringify(message).length > 60) referee.fail(5, `${page.name} tells more than it may`)
  })
  const tabs: Tab[] = []
  let opened = 0
  let signIns = 0
  let wall = Date.UTC(2026, 0, 1) + scenario.clockSkew
  let troubleAt = -Infinity

  const nextUser = (value: number) => `user${(value * 1000) % 10 < 4 ? signIns : ++signIns}`
  const running = () => tabs.filter(({ page }) => page.state === 'running')
  const noteTrouble = () => {
    if (!network.isWell) troubleAt = schedule.now
    if (!disk.isWell) diskTroubleAt = schedule.now
  }

  function open() {
    if (tabs.filter(({ page }) => page.state !== 'crashed').length >= maxTabs) return
    const page = createPage(`tab${++opened}`, schedule, chance)
    page.onChange = (what) => referee.note(`${page.name} ${what}`)
    referee.watch(page)
    const skew = Math.round(chance.between(-scenario.tabSkew, scenario.tabSkew))
    const clock = {
      now: () => Math.floor(schedule.now + wall + skew),
      setTimeout: page.setTimeout,
      clearTimeout: (cancel: unknown) => (cancel as (() => void) | undefined)?.(),
    }
    const ports = {
      ...{ clock, channel: broadcast.of(page), wake: wakes.of(page), storage: disk.of(page) },
      ...{
        locks: storage === 'lease' ? undefined : locks.of(page),
        fetch: network.fetchOf(page),
        random: () => chance.between(0, 1),
      },
    }
    tabs.push(page.inside(() => openTab(library, schedule, referee, page, ports)))
  }

  function wake({ page }: Tab) {
    page.thaw()
    schedule.after(chance.between(0, 300), () => wakes.tell(page, 'woke'))
  }

  async function sleep(duration: number) {
    const awake = running()
    for (const { page } of awake) page.freeze()
    network.breakConnections()
    await schedule.pass(duration)
    for (const tab of awake) {
      if (scenario.sleepStopsTimers) tab.page.postponeTimers(duration)
      wake(tab)
    }
  }

  function fetchRows(tab: Tab) {
    const since = schedule.now
    // Where nobody knows how long a token lives, one that comes from another tab, or late, may be dead as well.
    const isKnown = scenario.tokenKind !== 'unknown'
    tab.fetchRows(() => isKnown && network.isWell && troubleAt < since)
  }

  async function make({ type, tab: number, value }: Step) {
    const candidates = type === 'thaw' ? tabs.filter(({ page }) => page.state === 'frozen') : running()
    const tab = candidates[number % Math.max(1, candidates.length)]
    noteTrouble()
    referee.note(`── ${type}${tab ? ` ${tab.page.name}` : ''}`)
    const page = tab?.page
    const steps = value < 0.3 ? 0 : Math.floor(value * 25)
    switch (type) {
      case 'ask':
        return tab?.ask()
      case 'everybodyAsks':
        for (const each of running()) each.ask()
        return
      case 'fetch':
        return tab && fetchRows(tab)
      case 'fetchOften':
        for (let turn = 0; tab && turn < 14; turn++) {
          schedule.after(turn * 1_300, () => tab.page.state === 'running' && fetchRows(tab))
        }
        return
      case 'refresh':
        return tab?.refresh()
      case 'open':
        return open()
      case 'close':
        return page?.crash()
      case 'crash':
      case 'freeze':
        return page?.arm(steps, type)
      case 'crashRefreshing':
      case 'freezeRefreshing':
        tab?.refresh()
        return page?.arm(Math.floor(value * 10), type === 'crashRefreshing' ? 'crash' : 'freeze')
      case 'signOutRefreshing':
      case 'signInRefreshing': {
        const other = candidates[(number + 1) % Math.max(1, candidates.length)]
        tab?.refresh()
        schedule.after(value * 250, () => {
          if (other?.page.state !== 'running') return
          if (type === 'signOutRefreshing') other.signOut()
          else other.signIn(nextUser(value))
        })
        return
      }
      case 'thaw':
        return tab && wake(tab)
      case 'hide':
      case 'show':
        page?.show(type === 'show')
        return page && wakes.tell(page, 'woke')
      case 'sleep':
        return sleep(value < 0.6 ? value * 60_000 : (value - 0.6) * 20 * 3_600_000)
      case 'goOffline':
      case 'goOnline': {
        const next = type === 'goOnline'
        if (network.isOnline() === next) return
        network.connect(next)
        for (const each of tabs) wakes.tell(each.page, next ? 'online' : 'offline')
        return
      }
      case 'fillDisk':
      case 'clearDisk':
        return disk.fill(type === 'fillDisk')
      case 'slowDisk':
      case 'quickDisk':
        return disk.slowDown(type === 'slowDisk')
      case 'setClock': {
        const jump = clockJumps[Math.floor(value * clockJumps.length)] as number
        wall += jump
        referee.note(`the clock jumps by ${jump} ms`)
        return referee.clockSet(jump)
      }
      case 'signIn':
        return tab?.signIn(nextUser(value))
      case 'signOut':
        return tab?.signOut()
      case 'revoke': {
        const family = server.families.at(-1)
        if (family) family.revoked ??= 'by a person'
        return
      }
      default:
        return network.setWeather(type === 'getWell' ? 'well' : type)
    }
  }

  async function recover() {
    noteTrouble()
    referee.note('── everything is well again')
    network.setWeather('well')
    disk.fill(false)
    disk.slowDown(false)
    if (!network.isOnline()) {
      network.connect(true)
      for (const { page } of tabs) wakes.tell(page, 'online')
    }
    for (const tab of tabs) {
      if (tab.page.state === 'frozen' && !scenario.staysFrozen) wake(tab)
      tab.page.arm(Infinity, 'freeze')
      tab.page.show(true)
      wakes.tell(tab.page, 'woke')
    }
    if (running().length === 0) open()
    await schedule.pass(75_000)
  }

  const storedFamily = () => tokenIn(disk.read(key))?.family
  const ending = { schedule, scenario, server, referee, running, fetchRows, storedFamily }
  open()
  tabs[0]?.signIn(`user${signIns}`)
  await schedule.pass(500)
  while (opened < scenario.tabs) open()
  await schedule.pass(chance.between(0, 300))
  for (const step of scenario.steps) {
    await schedule.pass(step.after)
    if (referee.verdict.broken) break
    await make(step)
  }
  if (!referee.verdict.broken) await recover()
  if (!referee.verdict.broken) await settle(ending)
  if (!referee.verdict.broken) judge(ending)
  schedule.stop()
  const { figures } = referee
  const { broken, notes } = referee.verdict
  return { scenario, storage, broken, notes, figures, steps: schedule.steps }
}

/** Plays the scenario of a seed. */
export const playSeed = (library: Library, seed: number, storage?: StorageKind) =>
  play(library, scenarioOf(seed), storage)
