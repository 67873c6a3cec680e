import type { TokenServer, TokenServerCounts } from 'authed/testing'
import { useTicks } from './useTicks.ts'

const figures: [string, keyof TokenServerCounts][] = [
  ['Sign-ins', 'signIns'],
  ['Refreshes', 'refreshes'],
  ['401 answers', 'unauthorized'],
  ['Reuse detected', 'reuseDetections'],
]

/** What the token API has counted. */
export function ServerSaw({ server }: { server: TokenServer }) {
  useTicks(100)
  const { counts } = server
  return (
    <section className="card" aria-label="What the API saw">
      <h2>What the API saw</h2>
      <dl className="counters">
        {figures.map(([name, member]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="figure">{counts[member]}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
