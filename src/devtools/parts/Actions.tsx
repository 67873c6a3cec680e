import { type ReactNode, useState } from 'react'
import { isAuthError } from '../../core/index.ts'
import { type Devtools, useInspection } from '../useDevtools.ts'

/** What can be done to the session, and what came of it. */
export function Actions({ devtools }: { devtools: Devtools }): ReactNode {
  const { client } = devtools
  const { status } = useInspection(devtools).state
  const [news, setNews] = useState('')
  const isAway = status !== 'authenticated'
  const act = (before: string, after: string, action: () => Promise<void>) => () => {
    setNews(before)
    action().then(
      () => setNews(after),
      (error) => setNews(isAuthError(error) ? `${error.code}: ${error.message}` : String(error)),
    )
  }
  const expire = async () => client.expire()
  return (
    <section aria-labelledby="authed-actions">
      <h3 id="authed-actions">Actions</h3>
      <div className="buttons">
        <button type="button" disabled={isAway} onClick={act('', 'The token counts as dead.', expire)}>
          Expire now
        </button>
        <button type="button" disabled={isAway} onClick={act('Refreshing …', 'There is a new token.', client.refresh)}>
          Refresh
        </button>
        <button type="button" disabled={isAway} onClick={act('Signing out …', 'Signed out.', client.signOut)}>
          Sign out
        </button>
      </div>
      <p className="quiet news" role="status">
        {news}
      </p>
    </section>
  )
}
