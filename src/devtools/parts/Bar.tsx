import type { ReactNode } from 'react'
import { inWords } from '../inWords.ts'

/** The instants that divide the life of a token. */
export interface Span {
  obtainedAt: number
  refreshAheadAt?: number
  waitAt?: number
  expiresAt: number
}

/** A life as a bar: spent, at rest, refresh-ahead, margin; with the next planned refresh as a flag. */
export function Bar({ span, nextRefreshAt, now }: { span: Span; nextRefreshAt?: number; now: number }): ReactNode {
  const { obtainedAt, expiresAt } = span
  const { refreshAheadAt = expiresAt, waitAt = expiresAt } = span
  const length = Math.max(expiresAt - obtainedAt, 1)
  const place = (instant: number) => Math.min(Math.max((instant - obtainedAt) / length, 0), 1)
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`
  const zone = (name: string, from: number, to: number) => (
    <i className={`zone ${name}`} style={{ left: percent(place(from)), width: percent(place(to) - place(from)) }} />
  )
  return (
    <figure className="bar">
      <div className="track" aria-hidden="true">
        {zone('rest', obtainedAt, refreshAheadAt)}
        {zone('ahead', refreshAheadAt, waitAt)}
        {zone('margin', waitAt, expiresAt)}
        <i className="spent" style={{ width: percent(place(now)) }} />
        <i className="now" style={{ left: percent(place(now)) }} />
        {nextRefreshAt !== undefined && nextRefreshAt < expiresAt && (
          <i className="flag" style={{ left: percent(place(Math.max(nextRefreshAt, now))) }} />
        )}
      </div>
      <figcaption>
        <span className="key rest">at rest</span>
        <span className="key ahead">refresh ahead, last {inWords(expiresAt - refreshAheadAt)}</span>
        <span className="key margin">margin, last {inWords(expiresAt - waitAt)}</span>
        <span className="key flag">next refresh</span>
      </figcaption>
    </figure>
  )
}
