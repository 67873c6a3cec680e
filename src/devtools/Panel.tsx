import type { ReactNode } from 'react'
import { Actions } from './parts/Actions.tsx'
import { Claims } from './parts/Claims.tsx'
import { Header } from './parts/Header.tsx'
import { Life } from './parts/Life.tsx'
import { Session } from './parts/Session.tsx'
import { Simulation } from './parts/Simulation.tsx'
import { Surroundings } from './parts/Surroundings.tsx'
import { Tabs } from './parts/Tabs.tsx'
import { Timeline } from './parts/Timeline.tsx'
import type { Devtools } from './useDevtools.ts'

/** The whole panel, in whatever holds it. */
export function Panel({ devtools, onClose }: { devtools: Devtools; onClose?: () => void }): ReactNode {
  return (
    <div className="panel">
      <Header devtools={devtools} onClose={onClose} />
      <div className="body">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
        <section className="column" tabIndex={0} aria-label="Token and session">
          <Life devtools={devtools} />
          <Session devtools={devtools} />
          <Claims devtools={devtools} />
        </section>
        <div className="column">
          <Actions devtools={devtools} />
          <Simulation devtools={devtools} />
          <Tabs devtools={devtools} />
          <Surroundings devtools={devtools} />
        </div>
        <div className="column wide">
          <Timeline devtools={devtools} />
        </div>
      </div>
    </div>
  )
}
