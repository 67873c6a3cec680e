import type { ReactNode } from 'react'
import { inWords, timeOfDay } from '../inWords.ts'
import { originOf } from '../record/words.ts'
import { type Devtools, useInspection, useRecord } from '../useDevtools.ts'
import { useNow } from '../useNow.ts'
import { Facts } from './Facts.tsx'

/** Who is signed in, how that came about, and how long it lasts. */
export function Session({ devtools }: { devtools: Devtools }): ReactNode {
  const { state, waiting } = useInspection(devtools)
  const origin = originOf(useRecord(devtools))
  const now = useNow(devtools, 1_000)
  if (state.status !== 'authenticated') return null
  const { userId, sessionExpiresAt } = state
  const left = (sessionExpiresAt ?? Infinity) - now
  return (
    <section aria-labelledby="authed-session">
      <h3 id="authed-session">Session</h3>
      <Facts
        facts={{
          User: userId,
          Origin: origin ? `${origin.text} at ${timeOfDay(origin.at)}` : 'Before what is on record',
          Ends: sessionExpiresAt
            ? left > 0
              ? `in ${inWords(left)}`
              : 'now: the refresh token is dead'
            : 'nobody says when',
          Callers: waiting > 0 ? `${waiting} waiting for a token` : 'none is waiting',
        }}
      />
    </section>
  )
}
