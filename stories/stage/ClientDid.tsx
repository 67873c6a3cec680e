import { useAuthClient } from 'authed'
import { useSyncExternalStore } from 'react'
import { eventLines } from '../../demo/app/events.ts'
import { timeOfDay } from '../../demo/app/words.ts'

const shown = 6

/** The last things that the client has lived through, newest first. */
export function ClientDid() {
  const { subscribe, inspect } = useAuthClient()
  const timeline = useSyncExternalStore(subscribe, () => inspect().timeline)
  const lines = eventLines(timeline, []).slice(0, shown)
  return (
    <section className="card">
      <h2>What the client did</h2>
      {lines.length ? (
        <ol className="events">
          {lines.map(({ key, at, text, mood }) => (
            <li key={key} className={mood}>
              <time dateTime={new Date(at).toISOString()}>{timeOfDay(at)}</time>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      ) : (
        <p className="muted">Nothing yet.</p>
      )}
    </section>
  )
}
