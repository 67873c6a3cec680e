import { type CSSProperties, useState } from 'react'
import type { Span } from './phase.ts'

/** The token's life as a bar that fills up, with the two thresholds marked. Mount it anew for each token. */
export function Bar({ obtainedAt, refreshAheadAt, waitAt, expiresAt, now }: Span & { now: number }) {
  const [age] = useState(() => Date.now() - obtainedAt)
  const lifetime = expiresAt - obtainedAt
  const share = (instant: number) => `${((instant - obtainedAt) / lifetime) * 100}%`
  const seconds = (instant: number) => `${((instant - obtainedAt) / 1000).toFixed(1).replace('.0', '')} s`
  const left = Math.max(0, Math.ceil((expiresAt - now) / 1000))
  const style = {
    '--ahead-at': share(refreshAheadAt),
    '--margin-at': share(waitAt),
    '--lifetime': `${lifetime}ms`,
    '--age': `${-age}ms`,
  } as CSSProperties
  return (
    <div className="bar" style={style}>
      {/* biome-ignore lint/a11y/useSemanticElements: <meter> takes no children, and the zones are drawn by some */}
      <div
        className="track"
        role="meter"
        aria-label="Life of the access token"
        aria-valuemin={0}
        aria-valuemax={Math.ceil(lifetime / 1000)}
        aria-valuenow={left}
        aria-valuetext={left ? `${left} seconds left` : 'expired'}
      >
        <span className="zone ahead" />
        <span className="zone margin" />
        <span className="elapsed">
          <span />
        </span>
      </div>
      <div className="marks" aria-hidden="true">
        <span className="mark start">0 s</span>
        <span className="mark ahead">
          <b>refresh ahead</b> {seconds(refreshAheadAt)}
        </span>
        <span className="mark margin">
          <b>margin</b> {seconds(waitAt)}
        </span>
      </div>
    </div>
  )
}
