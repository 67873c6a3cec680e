import { useEffect, useRef, useState } from 'react'
import { timeOfDay } from '../../../demo/app/words.ts'
import { Facts } from '../../stage/Facts.tsx'
import { NoToken, TokenLife } from '../../stage/Life.tsx'
import { ServerSaw } from '../../stage/ServerSaw.tsx'
import { ada, type Stage } from '../../stage/stage.ts'
import { useTicks } from '../../stage/useTicks.ts'
import { Ways } from '../../stage/Ways.tsx'
import { type Canvas, openCanvas } from './openCanvas.ts'

/** What the page's JS Object keeps in `appsmith.store`, as far as it is shown. */
interface StoredSession {
  userId: string
  revision: number
  obtainedAt: number
  expiresAt: number
}

/** An Appsmith-like page: two sandboxed widgets and the guide's JS Object, on one session. */
export function AppsmithCanvas({ stage }: { stage: Stage }) {
  const account = useRef<HTMLDivElement>(null)
  const table = useRef<HTMLDivElement>(null)
  const [canvas, setCanvas] = useState<Canvas>()
  const { apiUrl, server } = stage

  useEffect(() => {
    const places = { account: account.current as HTMLElement, table: table.current as HTMLElement }
    let left = false
    const opening = openCanvas(places, apiUrl)
    opening.then((opened) => !left && setCanvas(opened))
    return () => {
      left = true
      opening.then((opened) => opened.close())
    }
  }, [apiUrl])

  useTicks(100)
  const auth = canvas?.page.store.values.auth as StoredSession | undefined
  const run = async (name: string, ...input: unknown[]) => canvas?.run(name, ...input)
  return (
    <article className="situation">
      <header>
        <p className="says">
          Two custom widgets in Appsmith's sandbox, without storage, locks or cookies. The page's JS Object holds the
          refresh token and refreshes once for both; what the widgets get is the access token.
        </p>
        <Ways
          ways={[
            ['Sign in', () => run('signIn', ada)],
            ['Revoke the token', server.expireAccessTokens],
            ['Sign out', () => run('signOut')],
          ]}
        />
      </header>
      <PageToken auth={auth} />
      <div className="situation-app canvas">
        <div className="canvas-account" ref={account} />
        <div className="canvas-table" ref={table} />
      </div>
      <aside className="situation-side" aria-label="Behind the scenes">
        <ServerSaw server={server} />
        <section className="card">
          <h2>appsmith.store</h2>
          <Store auth={auth} isOpen={canvas !== undefined} />
        </section>
      </aside>
    </article>
  )
}

function PageToken({ auth }: { auth: StoredSession | undefined }) {
  if (!auth) return <NoToken words="Nobody is signed in" />
  const { revision, obtainedAt, expiresAt } = auth
  // Where the widgets begin to ask and to wait, by the defaults for tokens as short as these.
  const before = (share: number) => expiresAt - (expiresAt - obtainedAt) * share
  const span = { obtainedAt, refreshAheadAt: before(0.2), waitAt: before(0.1), expiresAt }
  return <TokenLife title={`Access token no. ${revision}`} span={span} now={Date.now()} />
}

function Store({ auth, isOpen }: { auth: StoredSession | undefined; isOpen: boolean }) {
  if (!auth) return <p className="muted">{isOpen ? 'No session.' : 'Opening …'}</p>
  return <Facts facts={{ User: auth.userId, 'Token no.': auth.revision, Until: timeOfDay(auth.expiresAt) }} />
}
