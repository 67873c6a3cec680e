import { useAuthClient, useAuthState } from 'authed'
import { Bar } from '../../demo/app/life/Bar.tsx'
import { phaseOf } from '../../demo/app/life/phase.ts'
import { inWords } from '../../demo/app/words.ts'
import type { StageClock } from './clock.ts'
import { useTicks } from './useTicks.ts'

const restOfStatus = { pending: 'Looking for a session', unauthenticated: 'Nobody is signed in', authenticated: '' }

function nextTry(at: number | undefined, now: number): string {
  const seconds = Math.ceil(((at ?? now) - now) / 1000)
  return seconds > 0 ? `Next try in ${seconds} s` : 'Trying again'
}

/** The life of the access token that a client holds, as the demo shows it. */
export function Life({ clock, title = 'Access token' }: { clock: StageClock; title?: string }) {
  const { inspect } = useAuthClient()
  const { status, obtainedAt, expiresAt, revision, refreshStatus, failureCount, nextRefreshAt } = useAuthState()
  useTicks(100)
  if (obtainedAt === undefined || expiresAt === undefined) {
    return (
      <section className="life card" data-phase="none">
        <Heading title={title} countdown="–" words={restOfStatus[status]} />
        <div className="bar">
          <div className="track" />
          <div className="marks" />
        </div>
      </section>
    )
  }
  // The bar goes by the system's clock.
  const ahead = clock.ahead()
  const { refreshAheadAt = expiresAt, waitAt = expiresAt } = inspect()
  const instants = { obtainedAt, refreshAheadAt, waitAt, expiresAt }
  const now = clock.now()
  const phase = phaseOf(instants, now)
  const left = expiresAt - now
  const countdown = phase.name === 'expired' ? 'expired' : left < 100_000 ? (left / 1000).toFixed(1) : inWords(left)
  const words =
    refreshStatus === 'paused'
      ? 'No network: the refresh waits for it'
      : failureCount > 0
        ? `Not refreshed for now. ${nextTry(nextRefreshAt, now)}`
        : phase.words
  return (
    <section className="life card" data-phase={phase.name}>
      <Heading
        title={`${title} no. ${revision}`}
        countdown={countdown}
        unit={phase.name === 'expired' || left >= 100_000 ? undefined : ' s to live'}
        words={words}
      />
      <Bar
        key={`${obtainedAt} ${ahead}`}
        obtainedAt={obtainedAt - ahead}
        refreshAheadAt={refreshAheadAt - ahead}
        waitAt={waitAt - ahead}
        expiresAt={expiresAt - ahead}
        now={now - ahead}
      />
    </section>
  )
}

interface HeadingProps {
  title: string
  countdown: string
  unit?: string
  words: string
}

const Heading = ({ title, countdown, unit, words }: HeadingProps) => (
  <div className="life-figures">
    <div>
      <h2>{title}</h2>
      <p className="phase">{words}</p>
    </div>
    <p className="countdown">
      {countdown}
      {unit && <small>{unit}</small>}
    </p>
  </div>
)
