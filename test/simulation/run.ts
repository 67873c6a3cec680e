import { isHolderAlive } from '../../src/core/channel.ts'
import * as core from '../../src/core/index.ts'
import { createBrowser, type Page, type StorageKind } from './browser.ts'
import { chanceOf } from './chance.ts'
import { type Action, planOf } from './plan.ts'
import { createReferee } from './referee.ts'
import { createSchedule } from './schedule.ts'
import { createServer, type Family, Refusal } from './server.ts'

/** What a run may be given beside its seed. */
export interface RunOptions {
  /** Instead of the seed's own story. */
  plan?: ReturnType<typeof planOf>
  storage?: StorageKind
  /** Stands in for the core, with a deliberate bug. */
  library?: typeof core
  /** Stands in for the lock between tabs. */
  lock?: (lock: core.Lock) => core.Lock
}

/** What came of a run. */
export interface Result {
  seed: number
  broken?: Error
  timeline: readonly string[]
  refreshes: number
}

interface OpenTab {
  page: Page
  client: core.AuthClient<string>
}

const api = 'https://api.test'

/** Plays one run and watches the promises at every step. */
export async function run(seed: number, options: RunOptions = {}): Promise<Result> {
  const { library = core, storage = 'indexedDB', plan = planOf(seed) } = options
  const chance = chanceOf(seed ^ 0x5eed)
  const schedule = createSchedule()
  const browser = createBrowser(schedule, chance, storage)
  const tabs: OpenTab[] = []
  const all = new Map<string, Page>()
  const clocks = new Map<Page, core.Clock>()
  const clockOf = (page: Page) => clocks.get(page) as core.Clock
  const referee = createReferee(schedule, (name) => all.get(name))
  const server = createServer(schedule, chance, {
    ...referee.witness,
    rotated(family) {
      const recent = (rotations.get(family) ?? []).filter((at) => at > schedule.now - server.lifetime * 0.7)
      rotations.set(family, [...recent, schedule.now])
      const forced = Math.max(clockSetAt, forcedAt) > schedule.now - server.lifetime - 20_000
      if (recent.length > 4 && !forced) referee.fail(6, `${recent.length + 1} rotations within one token's life`)
    },
  })
  const rotations = new Map<Family, number[]>()
  /** When somebody last asked for a new token before its time. */
  let forcedAt = -Infinity
  /** Until when tabs may find their session ended by a person; tabs that are away find out when they are back. */
  let mayEndUntil = -Infinity
  /** Until when answers may be wrong because the clock was set or the server lied. */
  let clockSetAt = -Infinity
  let refreshes = 0
  /** A clock that is set back in a tab's sleep cannot be noticed: nobody can tell how long the sleep was. */
  const thawAll = () => {
    if (clockSetAt > -Infinity) clockSetAt = schedule.now
    for (const { page } of tabs) browser.thaw(page)
  }
  const waiting = new Set<{ page: Page }>()
  let signedOutAt = -Infinity
  let signedInAt = -Infinity

  const askError = (error: unknown) => (error instanceof Refusal ? toAuthError(error) : error)
  const toAuthError = ({ status, retryAfter }: Refusal) =>
    new library.AuthError(status === 400 ? 'session_ended' : 'server', 'Refused.', { status, retryAfter })

  function openTab(): OpenTab {
    const name = `tab${all.size + 1}`
    const { page, clock, channel, wake, storage: store, locks } = browser.open(name)
    all.set(name, page)
    const deliver = (hear: () => void) => page.enter(hear)
    const lock = library.tabLock({
      clock,
      patience: 15_000,
      isHolderAlive: () => isHolderAlive(channel, clock),
      locks: () => locks,
    })
    const client = library.createAuthClient<string>({
      endpoint: {
        origins: [api],
        signIn: (user) => server.signIn(user),
        refresh: async (token, { signal }) => {
          refreshes++
          return server
            .refresh(name, token as string, signal, deliver)
            .catch((error) => Promise.reject(askError(error)))
        },
        revoke: (token) => server.revoke(token),
      },
      fetch: (input, init) =>
        new Promise((resolve) => {
          const request = new Request(input, init)
          const token = (request.headers.get('authorization') ?? '').slice(7)
          schedule.after(chance.between(2, 100), () => {
            const status = server.isAlive(token) ? 200 : 401
            schedule.after(chance.between(2, 100), () => page.enter(() => resolve(new Response(null, { status }))))
          })
        }),
      retryDelay: (count) => chance.between(0, 500 * 2 ** Math.min(count, 5)),
      lock: options.lock ? options.lock(lock) : lock,
      ...{ clock, channel, wake, storage: store },
    })
    let before = client.getState()
    client.subscribe(() => {
      const state = client.getState()
      if (state.status !== before.status)
        referee.note(`${name} is ${state.status} ${state.endReason ?? ''} ${state.userId ?? ''}`)
      if (before.status === 'authenticated' && state.status === 'unauthenticated' && schedule.now > mayEndUntil) {
        const lost = server.families.some(({ revoked }) => revoked)
        if (!lost) referee.fail(3, `${name} lost its session (${state.endReason}) though nobody ended it`)
      }
      const newly = state.status === 'authenticated' && before.status !== 'authenticated'
      if (newly && signedOutAt > -Infinity && schedule.now > signedOutAt + 500) {
        referee.fail(4, `${name} is signed in after the sign-out`)
      }
      before = state
    })
    client.mount()
    const tab = { page, client }
    clocks.set(page, clock)
    tabs.push(tab)
    return tab
  }

  function ask({ page, client }: OpenTab, what: 'token' | 'rows' | 'refresh') {
    const caller = { page }
    waiting.add(caller)
    const askedAt = schedule.now
    const { status, refreshStatus, obtainedAt = 0, expiresAt = 0, failureCount } = client.getState()
    const age = (clockOf(page).now() - obtainedAt) / (expiresAt - obtainedAt)
    const settled = () => void waiting.delete(caller)
    const clockMoved = () => clockSetAt >= askedAt - server.lifetime
    const stillThere = () => waiting.has(caller) && page.state === 'running' && page.thawedAt < askedAt
    if (what === 'token' && status === 'authenticated' && refreshStatus === 'idle' && age < 0.75 && !failureCount) {
      schedule.after(
        0,
        () => stillThere() && !clockMoved() && referee.fail(2, `${page.name} waits for a token that it has`),
      )
    }
    schedule.after(
      400_000,
      () => stillThere() && referee.fail(2, `a caller in ${page.name} waits for more than six minutes`),
    )
    const check = (token: string) => {
      settled()
      const left = server.diesAt(token) - schedule.now
      const troubled = client.getState().failureCount > 0 || !browser.online
      if (clockMoved()) return
      if (left < -20) referee.fail(2, `${page.name} was handed ${token}, dead for ${Math.round(-left)} ms`)
      else if (left < server.lifetime * 0.09 && !troubled) {
        referee.fail(2, `${page.name} was handed ${token} with ${Math.round(left)} ms left`)
      }
    }
    const refused = (error: unknown) => {
      settled()
      if (!library.isAuthError(error)) referee.fail(2, `${page.name} was refused with ${error}`)
    }
    if (what === 'token') client.getAccessToken().then(check, refused)
    else if (what === 'refresh') client.refresh().then(settled, refused)
    else
      client.fetch(`${api}/rows`).then(({ status }) => {
        settled()
        if (status === 401 && client.getState().status === 'authenticated')
          referee.fail(6, `a 401 surfaced in ${page.name}`)
      }, refused)
  }

  /** A sign-out that stops with its tab before it is written has not happened for the others. */
  function forgetHastySignOut() {
    if (schedule.now - signedOutAt < 500) signedOutAt = -Infinity
  }

  const running = () => tabs.filter(({ page }) => page.state === 'running')

  async function carryOut({ type, tab: number }: Action) {
    const open = running()
    const tab = open[number % Math.max(1, open.length)]
    referee.note(`-- ${type}${tab ? ` (${tab.page.name})` : ''}`)
    switch (type) {
      case 'ask':
        return tab && ask(tab, 'token')
      case 'fetch':
        return tab && ask(tab, 'rows')
      case 'refresh':
        forcedAt = schedule.now
        return tab && ask(tab, 'refresh')
      case 'burst':
        for (const each of open) ask(each, 'token')
        return
      case 'hide':
      case 'show':
        return tab && browser.show(tab.page, type === 'show')
      case 'open':
        return tabs.length < 8 && openTab()
      case 'crash':
        if (!tab || open.length < 2) return
        forgetHastySignOut()
        browser.crash(tab.page)
        tabs.splice(tabs.indexOf(tab), 1)
        return
      case 'freeze':
        forgetHastySignOut()
        return tab && browser.freeze(tab.page)
      case 'thaw':
        return thawAll()
      case 'sleep': {
        forgetHastySignOut()
        for (const each of tabs) browser.freeze(each.page)
        await schedule.pass(chance.between(1_000, 8 * 3_600_000))
        thawAll()
        return
      }
      case 'offline':
      case 'online':
        server.setHealth(type === 'offline' ? 'dropping' : 'well')
        return browser.connect(type === 'online')
      case 'fill':
      case 'clear':
        return browser.fill(type === 'fill')
      case 'setClock':
        clockSetAt = schedule.now
        return browser.setClock(chance.pick([-86_400_000, -600_000, -5_000, 5_000, 600_000, 86_400_000]))
      case 'signOut':
        // Whoever signs out while another is just signing in may be overtaken by him.
        if (tab?.client.getState().status !== 'authenticated' || schedule.now - signedInAt < 500) return
        mayEndUntil = Infinity
        // On a full disk two tabs may hold two sessions, of which only one is known to the others.
        if (!browser.everFull) signedOutAt = schedule.now
        return void tab.client.signOut()
      case 'signInAgain':
        if (!tab) return
        // On a full disk there is no room for the next session, but the former one has to go.
        if (browser.full) mayEndUntil = Infinity
        else mayEndUntil = signedOutAt > -Infinity ? schedule.now + 60_000 : -Infinity
        signedInAt = schedule.now
        signedOutAt = -Infinity
        return void tab.client.signIn(chance.pick(['ada', 'grace'])).catch(() => {})
      case 'revoke':
        mayEndUntil = Infinity
        for (const family of server.families) family.revoked ??= 'by a person'
        return
      default:
        return server.setHealth(type)
    }
  }

  /** Everything is well again: everybody who waits must be served, and all tabs must agree. */
  async function recover() {
    referee.note('-- everything is well again')
    browser.fill(false)
    server.setHealth('well')
    thawAll()
    browser.connect(true)
    for (const each of running()) browser.show(each.page, true)
    await schedule.pass(120_000)
    for (const each of running()) ask(each, 'token')
    await schedule.pass(120_000)
    const forgotten = [...waiting].filter(({ page }) => page.state === 'running')
    if (forgotten.length) referee.fail(2, `${forgotten.length} callers wait for ever`)
    const states = running().map(({ client }) => client.getState())
    const views = new Set(states.map(({ status, userId }) => `${status} ${userId ?? ''}`))
    if (views.size > 1) referee.fail(8, `the tabs disagree: ${[...views].join(', ')}`)
    if (signedOutAt > -Infinity && states.some(({ status }) => status === 'authenticated')) {
      referee.fail(4, 'somebody is signed in after the sign-out')
    }
  }

  openTab()
  const first = tabs[0] as OpenTab
  void first.client.signIn('ada')
  await schedule.pass(500)
  while (tabs.length < plan.tabs) openTab()
  await schedule.pass(500)
  for (const action of plan.actions) {
    await schedule.pass(action.after)
    await carryOut(action)
    if (referee.broken) break
  }
  if (!referee.broken) await recover()
  return { seed, broken: referee.broken, timeline: referee.timeline, refreshes }
}

/** The shortest story that still breaks a promise, by leaving out actions and tabs. */
export async function shrink(seed: number, options: RunOptions = {}): Promise<Result> {
  let plan = planOf(seed)
  let best = await run(seed, { ...options, plan })
  for (let chunk = Math.ceil(plan.actions.length / 2); chunk >= 1; chunk = chunk === 1 ? 0 : Math.ceil(chunk / 2)) {
    for (let start = 0; start < plan.actions.length; ) {
      const actions = plan.actions.filter((_, index) => index < start || index >= start + chunk)
      const result = await run(seed, { ...options, plan: { ...plan, actions } })
      if (result.broken) {
        plan = { ...plan, actions }
        best = result
      } else start += chunk
    }
  }
  for (let count = 1; count < plan.tabs; count++) {
    const result = await run(seed, { ...options, plan: { ...plan, tabs: count } })
    if (result.broken) return result
  }
  return best
}
