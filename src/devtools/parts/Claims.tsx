import type { ReactNode } from 'react'
import { timeOfDay } from '../inWords.ts'
import { visibleClaims } from '../record/exportRecord.ts'
import { type Devtools, useInspection } from '../useDevtools.ts'
import { Facts } from './Facts.tsx'

const instants = ['exp', 'iat', 'nbf', 'auth_time']

const inText = (name: string, value: unknown) => {
  if (instants.includes(name) && typeof value === 'number') return `${value}, ${timeOfDay(value * 1000)}`
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What the access token says, where it is a JWT. Read, not verified. */
export function Claims({ devtools }: { devtools: Devtools }): ReactNode {
  const { claims, state } = useInspection(devtools)
  if (state.status !== 'authenticated') return null
  return (
    <section aria-labelledby="authed-claims">
      <h3 id="authed-claims">Claims</h3>
      {claims ? (
        <Facts
          facts={Object.fromEntries(
            visibleClaims(claims, devtools.redact).map(([name, value]) => [name, inText(name, value)]),
          )}
        />
      ) : (
        <p className="quiet">The access token is opaque: it tells nothing.</p>
      )}
    </section>
  )
}
