import { type AuthState, useAuthState } from 'authed'
import { command, useControl } from './control.ts'
import { retryPause, useRowsTrouble } from './table/useRows.ts'
import { useNow } from './useNow.ts'
import { timeOfDay } from './words.ts'

const failure = ({ failureCount, nextRefreshAt }: AuthState) => failureCount > 0 && { nextRefreshAt }

/** Says what goes wrong while the rows stay on screen, what becomes of it by itself, and the way out. */
export function Banner() {
  const trouble = useRowsTrouble()
  const { isDown } = useControl()
  const failing = useAuthState(failure)
  if (!trouble && !failing) return null
  return (
    <section className="banner" aria-label="Trouble">
      <p>
        <strong role="status">{isDown ? 'The API is down.' : 'The API is back.'}</strong>{' '}
        {trouble?.shownFrom && <>The rows are those of {timeOfDay(trouble.shownFrom)}. </>}
        <TokenTrouble />{' '}
        <Countdown until={failing ? failing.nextRefreshAt : trouble && trouble.failedAt + retryPause} />
      </p>
      <div className="banner-ways">
        {trouble && (
          <button type="button" className="button" onClick={trouble.retry}>
            Try now
          </button>
        )}
        {isDown && (
          <button type="button" className="button primary" onClick={() => command('up')}>
            Bring the API up
          </button>
        )}
      </div>
    </section>
  )
}

function Countdown({ until = 0 }: { until?: number }) {
  const left = Math.ceil((until - useNow(200)) / 1000)
  return <span aria-hidden="true">{left > 0 ? `Next try in ${left} s.` : 'Trying again …'}</span>
}

function TokenTrouble() {
  const expiresAt = useAuthState((state) => state.expiresAt ?? Number.POSITIVE_INFINITY)
  return useNow(500) < expiresAt ? 'The token is still good.' : 'The token has expired, the session has not.'
}
