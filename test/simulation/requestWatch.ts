import type { Page } from './page.ts'
import type { Answer, Attempt, Family, RefreshToken } from './server.ts'
import { knownLifetime, type Surroundings } from './surroundings.ts'

const lockName = 'authed'
const leaseLength = 25_000
/** The answer to who holds the lock is at most this old when a theft takes effect, in milliseconds. */
const lookAge = 5
const stormWindow = 10_000
const stormLimit = 12
/** Of tokens that are refreshed before they are due, in a minute: ten, and one that was asked for while another was fetched. */
const earlyLimit = 11

/** Watches the requests: one refresh at a time, no spent token, no storm (promises 1 and 6). */
export function watchRequests({ schedule, scenario, server, verdict, pages, storedToken, clockSetAt }: Surroundings) {
  const { note, fail } = verdict
  const known = knownLifetime(scenario)
  const inFlight = new Set<Attempt>()
  /** Tabs that have lost the lock while they held it: until they get it again nothing is promised for them. */
  const robbed = new Set<string>()
  const excused = new Set<Attempt>()
  const sends = new Map<string, number[]>()
  /** The fresh tokens that each tab has refreshed, and when it first tried: what is tried again is no further token. */
  const early = new Map<string, Map<RefreshToken, number>>()
  const pauses = new Map<string, { until: number; family: Family; rotations: number; clockSetAt: number }>()
  /** When somebody last asked each tab for a new token, and which tokens the API has refused to which tab. */
  const asked = new Map<string, number>()
  const rejections = new Set<string>()
  const rejectedTabs = new Set<string>()
  /** Sessions whose spent token was refused while nothing newer was stored. */
  const refused = new Set<Family>()
  const fetches = new Map<string, number>()
  const figures = { rotations: 0, requests: 0, excuses: 0 }
  let storedAt = -Infinity

  const stateOf = (tab: string) => pages.get(tab)?.state ?? 'crashed'
  const excuse = (attempt: Attempt) => {
    figures.excuses++
    excused.add(attempt)
  }

  function checkAlone(attempt: Attempt) {
    for (const other of inFlight) {
      if (other.token.family !== attempt.token.family || excused.has(other) || stateOf(other.tab) === 'crashed')
        continue
      if (stateOf(other.tab) === 'frozen' || robbed.has(other.tab)) excuse(other)
      else if (robbed.has(attempt.tab)) excuse(attempt)
      else fail(1, `${attempt.tab} refreshes while a request of ${other.tab} is in flight`)
    }
  }

  function checkUnspent(attempt: Attempt) {
    const { token, tab } = attempt
    const { spent } = token
    if (!spent || robbed.has(tab)) return
    const stored = storedToken()
    const isStored = stored?.family === token.family && stored.serial > token.serial
    const { by } = spent
    const toldAt = by.toldAt ?? Infinity
    const page = pages.get(by.tab)
    // What a robbed tab stores may come after the next holder has read.
    const isLate = robbed.has(by.tab) && schedule.now - storedAt < 1_000
    if (isStored && !isLate) return fail(1, `${tab} sends ${token.name}, though ${stored.name} is stored`)
    const isAway = page?.state !== 'running' || page.runningSince > toldAt || robbed.has(by.tab) || excused.has(by)
    if (by.fate === 'lost' || isAway) return excuse(attempt)
    fail(1, `${tab} sends ${token.name}, which ${by.tab} has already spent`)
  }

  function checkPace({ tab, token }: Attempt) {
    const recent = (sends.get(tab) ?? []).filter((at) => at > schedule.now - stormWindow)
    recent.push(schedule.now)
    sends.set(tab, recent)
    if (recent.length > stormLimit) fail(6, `${tab} refreshes ${recent.length} times within ten seconds`)
    const pause = pauses.get(tab)
    const holds = pause?.family === token.family && pause.rotations === token.family.rotations
    if (holds && pause.clockSetAt === clockSetAt() && schedule.now < pause.until - 100) {
      fail(6, `${tab} does not wait as Retry-After asks`)
    }
  }

  /** Who refreshes has a reason: the token is due, somebody asked for it, or the API has refused that very token. */
  function checkReason({ tab, token }: Attempt) {
    const { access, requestedAt } = token
    if (!access || scenario.tokenKind === 'unknown') return
    const dueAt = requestedAt + 0.8 * known - 2 * scenario.tabSkew - 5
    if (schedule.now >= dueAt || clockSetAt() >= requestedAt) return
    const isAsked =
      (asked.get(tab) ?? -1) >= access.issuedAt || rejections.has(`${tab} ${token.family.number} ${token.serial}`)
    if (!isAsked) return fail(6, `${tab} refreshes ${token.name}, which nobody wanted yet`)
    const own = early.get(tab) ?? new Map<RefreshToken, number>()
    early.set(tab, own.set(token, own.get(token) ?? schedule.now))
    const since = Math.max(schedule.now - 60_000, clockSetAt())
    const { length } = [...own.values()].filter((at) => at > since)
    if (length > earlyLimit) fail(6, `${tab} has refreshed ${length} fresh tokens within a minute`)
  }

  return {
    figures,
    refused,
    rejectedTabs,
    fetched(page: Page, url: string) {
      const request = `${page.name} ${url}`
      const count = (fetches.get(request) ?? 0) + 1
      fetches.set(request, count)
      if (count > 2) fail(6, `${page.name} sends one request ${count} times`)
    },
    stolen(from: Page, by: Page, name: string, grantedAt = -Infinity) {
      note(`${by.name} takes the lock ${name} from ${from.name}, which is ${from.state}`)
      if (name !== lockName) return
      // What a tab has found out may be out of date when it was frozen and goes on.
      const hasSlept = schedule.now - Math.max(from.runningSince, by.runningSince) < 3_000
      // A lease ends by the wall clock, so whoever sets that may end it.
      const isMoved = scenario.storage === 'lease' && schedule.now - clockSetAt() < leaseLength
      // On plain http there is but the lease, and a page that is hidden for long has a timer a minute to renew it by.
      const isSlow = scenario.storage === 'lease' && schedule.now - from.hiddenSince > 300_000
      // No platform lets a tab look who holds the lock and take it in one step. Who got it in between has sent nothing yet.
      const isUnseen = schedule.now - grantedAt < lookAge
      // A tab may be back before its former lease is off the disk; that it runs one task at a time is seen by its requests.
      if (from.state === 'running' && from !== by && !hasSlept && !isMoved && !isSlow && !isUnseen) {
        fail(1, `${by.name} takes the lock from ${from.name}, which lives`)
      }
      robbed.add(from.name)
    },
    granted(page: Page, name: string) {
      note(`${page.name} holds the lock ${name}`)
      if (name === lockName) robbed.delete(page.name)
    },
    released: (page: Page, name: string) => note(`${page.name} no longer holds the lock ${name}`),
    sent(attempt: Attempt) {
      figures.requests++
      note(`${attempt.tab} sends ${attempt.token.name}`)
      checkAlone(attempt)
      checkUnspent(attempt)
      checkPace(attempt)
      checkReason(attempt)
      inFlight.add(attempt)
    },
    acted({ tab, token }: Attempt, { status }: Answer) {
      if (status === 200) figures.rotations++
      note(
        status === 200 ? `the server rotates ${token.name} for ${tab}` : `the server refuses ${token.name} of ${tab}`,
      )
    },
    told(attempt: Attempt, answer: Answer | undefined) {
      inFlight.delete(attempt)
      const { tab, token } = attempt
      const stored = storedToken()
      const isSaved = stored?.family === token.family && stored.serial > token.serial
      if (answer?.status === 400 && !isSaved) refused.add(token.family)
      note(
        `${tab} ${answer ? `hears ${answer.status} ${answer.retryAfter ?? ''}` : 'hears nothing'} about ${token.name}`,
      )
      if (answer?.retryAfter !== undefined) {
        const until = schedule.now + answer.retryAfter * 1000
        pauses.set(tab, { until, family: token.family, rotations: token.serial, clockSetAt: clockSetAt() })
      }
    },
    stored() {
      storedAt = schedule.now
    },
    /** From now until the returned function is called. */
    refreshAsked(page: Page) {
      asked.set(page.name, Infinity)
      return () => void asked.set(page.name, schedule.now)
    },
    rejected(page: Page, text: string) {
      const token = server.readAccess(text)
      if (token) rejections.add(`${page.name} ${token.family.number} ${token.serial}`)
      rejectedTabs.add(page.name)
    },
  }
}
