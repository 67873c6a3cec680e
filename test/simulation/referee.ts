import type { Page } from './browser.ts'
import type { Schedule } from './schedule.ts'
import type { Attempt, Witness } from './server.ts'

/** A promise that was broken. */
export class BrokenPromise extends Error {}

/** Why a session may have come to its end. */
export interface Ending {
  family: string
  why: 'signed out' | 'another sign-in' | 'revoked' | 'doomed'
}

/** Watches a run, writes its timeline, and stops it when a promise is broken. */
export function createReferee(schedule: Schedule, pageOf: (tab: string) => Page | undefined) {
  const timeline: string[] = []
  let broken: BrokenPromise | undefined
  /** Tabs that have been frozen or robbed while a request of theirs was under way: nothing is promised for these. */
  const excused = new Set<Attempt>()

  /** A tab that is frozen, or has been since it sent a request, may have been taken for dead. */
  const wasAway = ({ tab, sentAt }: Attempt) => {
    const page = pageOf(tab)
    return page?.state !== 'running' || page.thawedAt >= sentAt
  }

  const note = (text: string) => {
    timeline.push(`${(schedule.now / 1000).toFixed(3).padStart(9)}  ${text}`)
  }
  const fail = (promise: number, text: string) => {
    note(`BROKEN promise ${promise}: ${text}`)
    broken ??= new BrokenPromise(`promise ${promise}: ${text}`)
  }

  const witness: Omit<Witness, 'rotated'> = {
    note,
    sent(attempt, inFlight) {
      note(`${attempt.tab} sends ${attempt.token}`)
      for (const other of inFlight) {
        const dead = wasAway(other) || excused.has(other)
        if (!dead) fail(1, `${attempt.tab} refreshes while a request of ${other.tab} is in flight`)
        else excused.add(other)
      }
    },
    reused(attempt, earlier) {
      // All that is left of a session whose next token was lost on the way, or with its tab; and a request that its tab
      // had given up long before it reached the server.
      const gone = (one: Attempt) => one.outcome === 'lost' || wasAway(one)
      const lost = gone(earlier) || gone(attempt) || excused.has(earlier)
      if (!lost) fail(1, `${attempt.tab} sends ${attempt.token}, which ${earlier.tab} has already spent`)
    },
  }
  return {
    timeline,
    witness,
    note,
    fail,
    /** Lets off whatever a tab has under way. */
    excuse: (attempt: Attempt) => void excused.add(attempt),
    get broken() {
      return broken
    },
  }
}

/** The referee of a run. */
export type Referee = ReturnType<typeof createReferee>
