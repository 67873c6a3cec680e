import { useAuthClient, useAuthState } from 'authed'
import { Bar } from '../../demo/app/life/Bar.tsx'
import { phaseOf, type Span } from '../../demo/app/life/phase.ts'
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
  if (obtainedAt === undefined || expiresAt === undefined) return <NoToken title={title} words={restOfStatus[status]} />
  const { refreshAheadAt = expiresAt, waitAt = expiresAt } = inspect()
  const now = clock.now()
  const words =
    refreshStatus === 'paused'
      ? 'No network: the refresh waits for it'
      : failureCount > 0
        ? `Not refreshed for now. ${nextTry(nextRefreshAt, now)}`
        : undefined
  return (
    <TokenLife
      title={`${title} no. ${revision}`}
      span={{ obtainedAt, refreshAheadAt, waitAt, expiresAt }}
      now={now}
      ahead={clock.ahead()}
      words={words}
    />
  )
}

/** What there is to see while no token is held. */
export const NoToken = ({ title = 'Access token', words }: { title?: string; words: string }) => (
  <section className="life card" data-phase="none">
    <Heading title={title} countdown="–" words={words} />
    <div className="bar">
      <div className="track" />
      <div className="marks" />
    </div>
  </section>
)

interface TokenLifeProps {
  title: string
  span: Span
  now: number
  /** How far the clock of these instants is ahead of the system's, by which the bar goes. Default 0. */
  ahead?: number
  /** Default: what the token's age means. */
  words?: string
}

/** The life of an access token between its instants. */
export function TokenLife({ title, span, now, ahead = 0, words }: TokenLifeProps) {
  const phase = phaseOf(span, now)
  const left = span.expiresAt - now
  const countdown = phase.name === 'expired' ? 'expired' : left < 100_000 ? (left / 1000).toFixed(1) : inWords(left)
  return (
    <section className="life card" data-phase={phase.name}>
      <Heading
        title={title}
        countdown={countdown}
        unit={phase.name === 'expired' || left >= 100_000 ? undefined : ' s to live'}
        words={words ?? phase.words}
      />
      <Bar
        key={`${span.obtainedAt} ${ahead}`}
        obtainedAt={span.obtainedAt - ahead}
        refreshAheadAt={span.refreshAheadAt - ahead}
        waitAt={span.waitAt - ahead}
        expiresAt={span.expiresAt - ahead}
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
