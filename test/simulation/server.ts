import type { Chance } from './chance.ts'
import type { Schedule } from './schedule.ts'

/** One refresh request, as both ends saw it. */
export interface Attempt {
  tab: string
  token: string
  sentAt: number
  /** The server has acted on it. */
  acted: boolean
  /** The tab has got the answer, or has given up. */
  outcome?: 'answered' | 'lost'
}

/** A sign-in and all tokens that descend from it. */
export interface Family {
  user: string
  revoked?: 'by a person' | 'by reuse'
  current: string
  consumed: Map<string, { at: number; by: Attempt }>
}

/** How the server is doing. */
export type Health = 'well' | '503' | '429' | 'dropping' | 'losing answers' | 'slow' | 'hanging'

/** What the server tells the referee. */
export interface Witness {
  note(text: string): void
  /** A refresh request was sent. */
  sent(attempt: Attempt, inFlight: readonly Attempt[]): void
  /** Tokens were handed out for a refresh token. */
  rotated(family: Family): void
  /** A token came that had been consumed by an earlier attempt. */
  reused(attempt: Attempt, earlier: Attempt): void
}

/** An answer other than tokens. */
export class Refusal extends Error {
  readonly status: number
  readonly retryAfter?: number
  constructor(status: number, retryAfter?: number) {
    super(`status ${status}`)
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** The authorization server: strict rotation, reuse detection, perhaps a grace period, and faults. */
export function createServer(schedule: Schedule, chance: Chance, witness: Witness) {
  const lifetime = chance.pick([3_000, 15_000, 40_000, 120_000])
  /** Some endpoints of people's own do not listen to the signal that they are given. */
  const hears = chance.pick(['the signal', 'the signal', 'nothing'])
  const grace = chance.happens(0.25) ? 10_000 : 0
  const families: Family[] = []
  const access = new Map<string, { family: Family; dies: number }>()
  const inFlight: Attempt[] = []
  let serial = 0
  let health: Health = 'well'

  const issue = (family: Family) => {
    const token = `access-${family.user}-${++serial}`
    access.set(token, { family, dies: schedule.now + lifetime })
    return { access: token, refresh: family.current }
  }
  const answer = (tokens: { access: string; refresh: string }, user: string) => ({
    accessToken: tokens.access,
    refreshToken: tokens.refresh,
    expiresIn: lifetime,
    userId: user,
  })

  function act(attempt: Attempt) {
    const family = families.find(({ current, consumed }) => current === attempt.token || consumed.has(attempt.token))
    if (!family || family.revoked) throw new Refusal(400)
    const earlier = family.consumed.get(attempt.token)
    if (earlier && schedule.now - earlier.at < grace) return answer(issue(family), family.user)
    if (earlier) {
      family.revoked = 'by reuse'
      witness.reused(attempt, earlier.by)
      throw new Refusal(400)
    }
    attempt.acted = true
    witness.rotated(family)
    family.current = `refresh-${family.user}-${++serial}`
    family.consumed.set(attempt.token, { at: schedule.now, by: attempt })
    return answer(issue(family), family.user)
  }

  return {
    lifetime,
    families,
    setHealth(next: Health) {
      health = next
    },
    signIn(user: string) {
      const family: Family = { user, current: `refresh-${user}-${++serial}`, consumed: new Map() }
      families.push(family)
      return answer(issue(family), user)
    },
    revoke(token: string | undefined) {
      const family = families.find(({ current, consumed }) => current === token || (token && consumed.has(token)))
      if (family) family.revoked ??= 'by a person'
    },
    familyOf: (token: string) => access.get(token)?.family,
    isAlive: (token: string) => {
      const known = access.get(token)
      return known !== undefined && schedule.now < known.dies
    },
    diesAt: (token: string) => access.get(token)?.dies ?? 0,
    /** One refresh request of a tab; `deliver` lets the tab hear the answer, unless it is dead or frozen. */
    refresh(tab: string, token: string, signal: AbortSignal, deliver: (hear: () => void) => void) {
      const attempt: Attempt = { tab, token, sentAt: schedule.now, acted: false }
      witness.sent(attempt, inFlight)
      inFlight.push(attempt)
      const finish = (outcome: 'answered' | 'lost') => {
        attempt.outcome ??= outcome
        const place = inFlight.indexOf(attempt)
        if (place >= 0) inFlight.splice(place, 1)
      }
      const slow = health === 'slow' && chance.happens(0.5)
      const there = slow ? chance.between(2_000, 14_000) : chance.between(2, 150)
      const back = slow ? chance.between(10, 4_000) : chance.between(2, 150)
      const fault = health
      return new Promise<ReturnType<typeof answer>>((resolve, reject) => {
        signal.addEventListener('abort', () => {
          finish('lost')
          if (hears === 'the signal') reject(signal.reason)
        })
        const hear = (speak: () => void) =>
          schedule.after(back, () =>
            deliver(() => {
              finish('answered')
              speak()
            }),
          )
        schedule.after(there, () => {
          if (fault === 'hanging') return
          if (fault === '503') return hear(() => reject(new Refusal(503)))
          if (fault === '429') return hear(() => reject(new Refusal(429, 5_000)))
          if (fault === 'dropping') {
            finish('lost')
            return hear(() => reject(new TypeError('Failed to fetch')))
          }
          try {
            const tokens = act(attempt)
            witness.note(`server rotated ${attempt.token} for ${tab}`)
            if (fault === 'losing answers') {
              finish('lost')
              hear(() => reject(new TypeError('Failed to fetch')))
            } else hear(() => resolve(tokens))
          } catch (refusal) {
            witness.note(`server refused ${attempt.token} of ${tab}`)
            hear(() => reject(refusal))
          }
        })
      })
    },
  }
}

/** The simulated authorization server. */
export type Server = ReturnType<typeof createServer>
