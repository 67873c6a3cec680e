import { QueryClientProvider } from '@tanstack/react-query'
import { AuthProvider } from 'authed'
import type { ReactNode } from 'react'
import { ClientDid } from './ClientDid.tsx'
import { Life } from './Life.tsx'
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
  const { client, queryClient, clock, server } = stage
  return (
    <QueryClientProvider client={queryClient}>
      <AuthProvider client={client}>
        <article className="situation">
          <header>
            <p className="says">{says}</p>
            {ways.length > 0 && <Ways ways={ways} />}
          </header>
          <Life clock={clock} />
          <div className="situation-app">{children}</div>
          <aside className="situation-side" aria-label="Behind the scenes">
            <ServerSaw server={server} />
            <ClientDid />
          </aside>
        </article>
      </AuthProvider>
    </QueryClientProvider>
  )
}
