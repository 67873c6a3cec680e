import { useAuthClient, useAuthState } from 'authed'
import { TabChip } from '../tabs/TabChip.tsx'
import { useTabs } from '../tabs/tabs.ts'
import { useNow } from '../useNow.ts'
import { inWords, timeOfDay } from '../words.ts'
import { Ancestors } from './Ancestors.tsx'
import { Bar } from './Bar.tsx'
import { phaseOf } from './phase.ts'

/** The life of the access token that this tab holds, and of the session around it. */
export function Life() {
  const { inspect } = useAuthClient()
  const { obtainedAt = 0, expiresAt = 0, revision, refreshStatus } = useAuthState()
  const { refreshAheadAt = expiresAt, waitAt = expiresAt } = inspect()
  const span = { obtainedAt, refreshAheadAt, waitAt, expiresAt }
  const now = useNow(100)
  const phase = phaseOf(span, now)
  return (
    <section className="life card" data-phase={phase.name} aria-labelledby="life">
      <div className="life-figures">
        <div className="life-left">
          <h1 id="life">Access token no. {revision}</h1>
          <p className="countdown">
            {phase.name === 'expired' ? (
              'expired'
            ) : (
              <>
                {((expiresAt - now) / 1000).toFixed(1)}
                <small> s to live</small>
              </>
            )}
          </p>
          <p className="phase">
            {refreshStatus === 'refreshing' && phase.name === 'valid' ? 'Refreshing' : phase.words}
          </p>
        </div>
        <dl className="life-facts">
          <Fetched obtainedAt={obtainedAt} />
          <SessionEnd />
          <Ancestors />
        </dl>
      </div>
      <Bar key={obtainedAt} {...span} now={now} />
    </section>
  )
}

function Fetched({ obtainedAt }: { obtainedAt: number }) {
  const { lives, own } = useTabs()
  const by = lives.find((life) => life.obtainedAt === obtainedAt)?.by
  return (
    <div>
      <dt>Fetched</dt>
      <dd>
        {timeOfDay(obtainedAt)}
        {by && (
          <>
            {' '}
            by <TabChip name={by} /> {by === own.name && <span className="muted">this tab</span>}
          </>
        )}
      </dd>
    </div>
  )
}

function SessionEnd() {
  const sessionExpiresAt = useAuthState((state) => state.sessionExpiresAt)
  const now = useNow(1_000)
  if (!sessionExpiresAt) return null
  return (
    <div>
      <dt>Session</dt>
      <dd>
        {inWords(sessionExpiresAt - now)} <span className="muted">left, renewed with each token</span>
      </dd>
    </div>
  )
}
