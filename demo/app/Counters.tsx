import { useControl } from './control.ts'

/** What the API has counted since it was started. */
export function Counters() {
  const { counts, isGone } = useControl()
  const figures: [string, number | undefined, string][] = [
    ['Refreshes', counts?.refreshes, 'one per token'],
    ['Rows requests', counts?.resources, 'none by rotation'],
    ['401 answers', counts?.unauthorized, 'only if you expire'],
    ['Reuse detected', counts?.reuseDetections, 'no token sent twice'],
  ]
  return (
    <section className="card" aria-labelledby="counters">
      <h2 id="counters">What the API saw</h2>
      {isGone ? (
        <p className="note warn">
          The demo's server is gone. Start it again with <code>npm start</code>, then reload.
        </p>
      ) : (
        <dl className="counters">
          {figures.map(([name, value, meaning]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="figure">{value ?? '–'}</dd>
              <dd className="muted">{meaning}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}
