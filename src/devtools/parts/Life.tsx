import type { ReactNode } from 'react'
import { inWords, timeOfDay } from '../inWords.ts'
import { type Devtools, useInspection } from '../useDevtools.ts'
import { useNow } from '../useNow.ts'
import { Bar } from './Bar.tsx'
import { Facts } from './Facts.tsx'

/** The life of the access token: how much is left, and what is due when. */
export function Life({ devtools }: { devtools: Devtools }): ReactNode {
  const { state, waitAt, refreshAheadAt, isRejected } = useInspection(devtools)
  const now = useNow(devtools, 250)
  const { status, revision, obtainedAt = 0, expiresAt, nextRefreshAt, failureCount, error } = state
  if (status !== 'authenticated') return <NoToken devtools={devtools} />
  const left = (expiresAt ?? Infinity) - now
  return (
    <section className="life" aria-labelledby="authed-life">
      <h3 id="authed-life">Access token no. {revision}</h3>
      {expiresAt === undefined ? (
        <p className="lead">
          <strong>Lives until a 401</strong> <span>It does not tell when it expires.</span>
        </p>
      ) : (
        <>
          <p className="lead">
            <strong>{left > 0 ? inWords(left) : 'Expired'}</strong>{' '}
            <span>{isRejected && left > 0 ? rejected : phaseOf(now, { refreshAheadAt, waitAt, expiresAt })}</span>
          </p>
          <Bar span={{ obtainedAt, refreshAheadAt, waitAt, expiresAt }} nextRefreshAt={nextRefreshAt} now={now} />
        </>
      )}
      <Facts
        facts={{
          Fetched: `${timeOfDay(obtainedAt)}, ${inWords(now - obtainedAt)} ago`,
          'Next refresh': nextOf(state.refreshStatus, nextRefreshAt, now),
          Lifetime: expiresAt && inWords(expiresAt - obtainedAt),
          Failures: failureCount > 0 && `${failureCount} since the last success`,
          Error: error && `${error.code}: ${error.message}`,
        }}
      />
    </section>
  )
}

const rejected = 'left by its own word, but declared dead: callers wait for the next one.'

function phaseOf(now: number, { refreshAheadAt = Infinity, waitAt = Infinity, expiresAt }: Partial<Phases>): string {
  if (expiresAt !== undefined && now >= expiresAt) return 'Nobody gets it any more.'
  if (now >= waitAt) return 'left: callers wait for the next one.'
  if (now >= refreshAheadAt) return 'left: in use while the next one is fetched.'
  return 'left: callers get it at once.'
}

interface Phases {
  refreshAheadAt: number
  waitAt: number
  expiresAt: number
}

function nextOf(refreshStatus: string, nextRefreshAt: number | undefined, now: number) {
  if (nextRefreshAt !== undefined && refreshStatus === 'paused') {
    return `when the network is back, at the latest in ${inWords(nextRefreshAt - now)}`
  }
  if (nextRefreshAt !== undefined)
    return nextRefreshAt > now ? `in ${inWords(nextRefreshAt - now)}` : 'when somebody asks'
  return refreshStatus === 'refreshing' ? 'under way' : 'not possible: nothing to refresh with'
}

const ends = {
  'signed-out': 'Signed out here.',
  'signed-out-elsewhere': 'The session was ended in another tab.',
  rejected: 'The server refused to go on with the session.',
  expired: 'The session has reached its end.',
}

function NoToken({ devtools }: { devtools: Devtools }) {
  const { status, endReason, error } = useInspection(devtools).state
  return (
    <section className="life" aria-labelledby="authed-life">
      <h3 id="authed-life">No access token</h3>
      <p className="lead">
        {status === 'pending' ? 'Looking for a session …' : endReason ? ends[endReason] : 'Nobody is signed in.'}
      </p>
      <Facts facts={{ Error: error && `${error.code}: ${error.message}` }} />
    </section>
  )
}
