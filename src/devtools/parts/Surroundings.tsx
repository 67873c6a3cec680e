import type { ReactNode } from 'react'
import type { Inspection } from '../../core/index.ts'
import { inWords } from '../inWords.ts'
import { type Devtools, useInspection } from '../useDevtools.ts'
import { Facts } from './Facts.tsx'

/** Where the session is kept, what keeps other tabs out of a refresh, and how far the clock is off. */
export function Surroundings({ devtools }: { devtools: Devtools }): ReactNode {
  const { storage, lock, clockSkew } = useInspection(devtools)
  return (
    <section aria-labelledby="authed-surroundings">
      <h3 id="authed-surroundings">Surroundings</h3>
      <Facts
        facts={{
          Storage: storageInWords(storage),
          Lock: lock ? `${lock}, one refresh over all tabs` : 'none: no other tab shares this session',
          Clock: clockInWords(clockSkew),
        }}
      />
    </section>
  )
}

function storageInWords({ name, reach, error }: Inspection['storage']) {
  if (error) return `${name} fails, so the session goes on in memory: ${error}`
  return `${name}, ${reach === 'browser' ? 'shared by all tabs' : 'for this tab only'}`
}

/** A response takes its time, and `iat` is a whole second: less than two seconds say nothing. */
const negligible = 2_000

function clockInWords(skew: number | undefined) {
  if (skew === undefined) return 'not comparable: the token tells no `iat`'
  if (Math.abs(skew) < negligible) return 'in step with the server'
  return `${inWords(skew)} ${skew > 0 ? 'ahead of' : 'behind'} the server`
}
