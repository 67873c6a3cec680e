import type { AuthError, AuthState } from 'authed/core'
import type { Page } from './page.ts'
import type { Family, RefreshToken } from './server.ts'
import { knownLifetime, type Surroundings } from './surroundings.ts'

/** A token that a caller was given: what its tab knew when it was asked and knows now, by its own clock. */
export interface HandedOut {
  /** What was to be had at once. */
  peeked: string | undefined
  then: AuthState
  now: AuthState
  since: number
  clock: number
}

/** What is known from the requests. */
export interface Findings {
  refused: ReadonlySet<Family>
  rejectedTabs: ReadonlySet<string>
}

/** Watches tokens and sessions: none dead, none lost, none of another user, none back from the dead (promises 2, 3, 4, 8). */
export function watchSessions(surroundings: Surroundings, { refused, rejectedTabs }: Findings) {
  const { schedule, scenario, server, verdict, pages, isWell, diskTroubleAt, clockSetAt, setBackAt, dayBackAt } =
    surroundings
  const { note, fail } = verdict
  const known = knownLifetime(scenario)
  const replaced = new Map<Family, number>()
  const signOuts: { tab: string; at: number; overAt: number }[] = []
  const signedOut = new Map<string, number>()
  const signIns: { tab: string; user: string; overAt: number }[] = []

  /** A sign-out counts when it is asked for; that of a tab which froze over it, when the tab has been thawed. */
  const endsAfter = (since: number) => (signOut: (typeof signOuts)[number]) => {
    const wasFrozen = (pages.get(signOut.tab)?.runningSince ?? 0) > signOut.at
    return signOut.at >= since || (wasFrozen && signOut.overAt >= since)
  }

  /** Whether the sessions of `user` have come to an end for a reason that the promises name. */
  function mayEnd(user: string) {
    const own = server.families.filter((family) => family.user === user)
    const since = Math.min(...own.map(({ signedInAt }) => signedInAt))
    const isOver = own.some((family) => family.revoked || refused.has(family) || schedule.now > family.diesAt - 3_000)
    // On a full disk each tab has only its own word for it; the one that is stored first wins.
    const from = diskTroubleAt() > since ? 0 : since
    // Of two sign-ins the one that is stored last wins, whichever the server has seen first.
    const isFollowed =
      server.families.some((family) => !own.includes(family) && family.signedInAt > from) ||
      signIns.some(
        (signIn) => signIn.user !== user && signIn.overAt >= since && pages.get(signIn.tab)?.state === 'running',
      )
    return isOver || isFollowed || own.length > 1 || signOuts.some(endsAfter(since))
  }

  return {
    mayEnd,
    /** From now until the tab has emptied the storage, or the returned function is called: it may be frozen in between. */
    signsOut(page: Page) {
      note(`${page.name} signs out`)
      const signOut = { tab: page.name, at: schedule.now, overAt: Infinity }
      signOuts.push(signOut)
      signedOut.set(page.name, schedule.now)
      return () => {
        signOut.overAt = Math.min(signOut.overAt, schedule.now)
      }
    },
    /** From now until the returned function is called. */
    signsIn(page: Page, user: string) {
      const signIn = { tab: page.name, user, overAt: Infinity }
      signIns.push(signIn)
      return () => {
        signIn.overAt = schedule.now
      }
    },
    stored(page: Page, after: RefreshToken | undefined, before: RefreshToken | undefined) {
      note(`${page.name} stores ${after?.name ?? 'nothing'}`)
      const emptied = after ? [] : signOuts.filter(({ tab, overAt }) => tab === page.name && overAt > schedule.now)
      for (const signOut of emptied) signOut.overAt = schedule.now
      const isDiskWell = schedule.now - diskTroubleAt() > 20_000
      const isOver = before && (after ? after.family !== before.family : mayEnd(before.family.user))
      if (isOver && isDiskWell) replaced.set(before.family, schedule.now)
      if (after && replaced.has(after.family))
        fail(4, `${page.name} stores ${after.name} again, whose session was over`)
      if (after && before?.family === after.family && before.serial > after.serial) {
        fail(1, `${page.name} stores ${after.name} over ${before.name}`)
      }
    },
    changed(page: Page, before: AuthState, now: AuthState) {
      if (before.status === now.status && before.userId === now.userId) return
      note(`${page.name} is ${now.status} ${now.userId ?? now.endReason ?? ''}`)
      const lost = before.status === 'authenticated' && before.userId !== undefined
      if (lost && !mayEnd(before.userId as string)) {
        fail(3, `${page.name} loses the session of ${before.userId}: ${now.endReason}, ${now.error?.code}`)
      }
      if (now.status !== 'authenticated' || schedule.now - page.runningSince < 10_000) return
      const own = server.families.filter(({ user }) => user === now.userId)
      const signOutAt = signedOut.get(page.name) ?? -Infinity
      // On a full disk a session may be known to one tab only, which no sign-out of another reaches.
      if (signIns.every(({ overAt }) => overAt < signOutAt) && diskTroubleAt() === -Infinity) {
        fail(4, `${now.userId} is signed in again in ${page.name}, which has signed out`)
      }
      const over = own.map((family) => replaced.get(family) ?? Infinity)
      if (Math.max(...over) < schedule.now - 10_000) fail(4, `${now.userId} is signed in again in ${page.name}`)
    },
    /** A caller was handed a token. */
    handedOut(page: Page, text: string, answer: HandedOut) {
      const { peeked, then: before, now: state, since, clock } = answer
      const token = server.readAccess(text)
      if (!token) return fail(2, `${page.name} hands out what is no token`)
      if (token.family.user !== state.userId)
        fail(8, `${page.name} hands a token of ${token.family.user} to ${state.userId}`)
      const isKnowable = scenario.tokenKind !== 'unknown' && token.requestedAt >= setBackAt()
      const deadFor = Math.round(schedule.now - token.diesAt)
      if (isKnowable && deadFor > 2 * scenario.tabSkew + 5) {
        fail(2, `${page.name} hands out ${token.name}, dead for ${deadFor} ms`)
      }
      // After a day's jump a token comes from the future for whoever reads it; a tab that runs on notices within a minute.
      const isFuture = dayBackAt() === setBackAt() && schedule.now - setBackAt() < 36_000_000
      if (scenario.tokenKind !== 'unknown' && isFuture && !page.hasBeenFrozen && deadFor > 70_000) {
        fail(2, `${page.name} hands out ${token.name} of before the clock was set back, dead for ${deadFor} ms`)
      }
      if (before.userId !== undefined && before.userId !== token.family.user) {
        fail(8, `${page.name} hands a token of ${token.family.user} to who asked as ${before.userId}`)
      }
      const waited = schedule.now - since
      const { obtainedAt = 0, expiresAt = Infinity } = before
      const wasGood = clock - waited < expiresAt - 0.3 * (expiresAt - obtainedAt) && clock - waited > obtainedAt
      const wasCalm = before.status === 'authenticated' && before.failureCount === 0 && clockSetAt() === -Infinity
      if (wasGood && wasCalm && waited > 1_500 && page.runningSince < since && !rejectedTabs.has(page.name)) {
        fail(2, `${page.name} lets a caller wait for ${waited} ms though its token is good`)
      }
      if (wasGood && wasCalm && !peeked && page.runningSince < since && !rejectedTabs.has(page.name)) {
        fail(2, `${page.name} does not give at once a token that is good`)
      }
      const margin = Math.min(30_000, known * 0.1) - 2 * scenario.tabSkew - 5
      const isOld = before.obtainedAt === state.obtainedAt && state.failureCount === 0 && isWell()
      if (isKnowable && isOld && -deadFor < margin) {
        fail(2, `${page.name} hands out ${token.name}, which dies within its margin, in ${-deadFor} ms`)
      }
    },
    /** A caller was turned away. */
    turnedAway(page: Page, error: AuthError, before: AuthState, now: AuthState) {
      note(`${page.name} turns a caller away: ${error.code}`)
      const final = error.code === 'signed_out' || error.code === 'session_ended'
      const same = before.status === 'authenticated' && now.status === 'authenticated' && before.userId === now.userId
      if (final && same && !mayEnd(now.userId as string)) fail(3, `${page.name} says ${error.code} in a live session`)
    },
  }
}
