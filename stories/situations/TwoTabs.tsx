import { AuthProvider } from 'authed'
import { useState } from 'react'
import { ClientDid } from '../stage/ClientDid.tsx'
import { Life } from '../stage/Life.tsx'
import { goToNextRefresh } from '../stage/passTime.ts'
import { ServerSaw } from '../stage/ServerSaw.tsx'
import type { Stage } from '../stage/stage.ts'
import { Ways } from '../stage/Ways.tsx'

/** Two tabs of one browser, side by side: one storage, one lock, one channel, two clients. */
export function TwoTabs({ stage }: { stage: Stage }) {
  const [other] = useState(() => stage.openTab())
  const clients = { 'Left tab': stage.client, 'Right tab': other.client }
  const refreshBoth = () => Promise.all([stage.client.refresh(), other.client.refresh()])
  return (
    <article className="situation two-tabs">
      <header>
        <p className="says">
          Both tabs want the next token in the same moment. One gets the lock and fetches it; the other finds it stored
          and takes it over. The server sees one refresh, and no refresh token twice.
        </p>
        <Ways
          ways={[
            ['Go to the refresh', () => goToNextRefresh(stage)],
            ['Refresh in both at once', refreshBoth],
          ]}
        />
      </header>
      {Object.entries(clients).map(([name, client]) => (
        <AuthProvider key={name} client={client}>
          <section className="browser-tab" aria-label={name}>
            <p className="browser-tab-name">{name}</p>
            <div className="browser-tab-page">
              <Life clock={stage.clock} />
              <ClientDid />
            </div>
          </section>
        </AuthProvider>
      ))}
      <footer>
        <ServerSaw server={stage.server} />
      </footer>
    </article>
  )
}
