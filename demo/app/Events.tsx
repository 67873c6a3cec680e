import { useAuthClient } from 'authed'
import { useSyncExternalStore } from 'react'
import { eventLines } from './events.ts'
import { TabChip } from './tabs/TabChip.tsx'
import { useTabs } from './tabs/tabs.ts'
import { timeOfDay } from './words.ts'

/** What the client has lived through in this tab. */
export function Events() {
  const { subscribe, inspect } = useAuthClient()
  const timeline = useSyncExternalStore(subscribe, () => inspect().timeline)
  const { lives } = useTabs()
  return (
    <section className="card" aria-labelledby="events">
      <h2 id="events">What this tab did</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol className="events" tabIndex={0} aria-labelledby="events">
        {eventLines(timeline, lives).map(({ key, at, text, mood, by }) => (
          <li key={key} className={mood}>
            <time dateTime={new Date(at).toISOString()}>{timeOfDay(at)}</time>
            <span>
              {by ? (
                <>
                  Took over the token of <TabChip name={by} />
                </>
              ) : (
                text
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
