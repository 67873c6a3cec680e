import type { ReactNode } from 'react'
import { ClientDid } from './ClientDid.tsx'
import { Life } from './Life.tsx'
import { Providers } from './Providers.tsx'
import { ServerSaw } from './ServerSaw.tsx'
import type { Stage } from './stage.ts'
import { type Way, Ways } from './Ways.tsx'

/** What a situation is framed with. */
export interface SituationProps {
  stage: Stage
  /** What happens, and what does not. */
  says: ReactNode
  ways?: readonly Way[]
  /** The app that lives through it. */
  children: ReactNode
}

/** The frame of a situation: what happens, the life of the token, the app, and what both sides have seen. */
export function Situation({ stage, says, ways = [], children }: SituationProps) {
  return (
    <Providers stage={stage}>
      <article className="situation">
        <header>
          <p className="says">{says}</p>
          {ways.length > 0 && <Ways ways={ways} />}
        </header>
        <Life clock={stage.clock} />
        <div className="situation-app">{children}</div>
        <aside className="situation-side" aria-label="Behind the scenes">
          <ServerSaw server={stage.server} />
          <ClientDid />
        </aside>
      </article>
    </Providers>
  )
}
