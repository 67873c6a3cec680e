import type { ReactNode } from 'react'
import { type Devtools, useTabs } from '../useDevtools.ts'

/** The tabs in which a panel follows this session, and which of them holds the lock. */
export function Tabs({ devtools }: { devtools: Devtools }): ReactNode {
  const tabs = useTabs(devtools)
  return (
    <section aria-labelledby="authed-tabs">
      <h3 id="authed-tabs">Tabs</h3>
      <ol className="tabs">
        {tabs.map(({ id, isVisible, holdsLock, revision }, place) => (
          <li key={id} data-own={id === devtools.presence.ownId || undefined}>
            <span>
              Tab {place + 1}
              {id === devtools.presence.ownId && <small> this one</small>}
            </span>
            <span className="marks">
              {holdsLock && (
                <span className="pill" data-lock="">
                  holds the lock
                </span>
              )}
              <small>{revision === undefined ? 'no token' : `token no. ${revision}`}</small>
              <small>{isVisible ? 'visible' : 'hidden'}</small>
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
