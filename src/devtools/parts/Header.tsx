import type { ReactNode } from 'react'
import { exportRecord } from '../record/exportRecord.ts'
import { type Devtools, useInspection } from '../useDevtools.ts'

const refreshWords = { idle: 'token at rest', refreshing: 'refreshing', paused: 'waiting for the network' }

/** Which session this is and how it does, at one glance. */
export function Header({ devtools, onClose }: { devtools: Devtools; onClose?: () => void }): ReactNode {
  const { state, key } = useInspection(devtools)
  return (
    <div className="head">
      <h2>
        <Mark /> authed <small>session “{key}”</small>
      </h2>
      <p className="pills" role="status">
        <span className="pill" data-status={state.status}>
          {state.status}
        </span>
        {state.status === 'authenticated' && (
          <span className="pill" data-refresh={state.refreshStatus}>
            {refreshWords[state.refreshStatus]}
          </span>
        )}
      </p>
      <div className="tools">
        <button
          type="button"
          title="Save all of this as JSON, without any token"
          onClick={() => exportRecord(devtools)}
        >
          Export
        </button>
        {onClose && (
          <button type="button" className="close" aria-label="Close the panel" onClick={onClose}>
            ✕
          </button>
        )}
      </div>
    </div>
  )
}

/** A key whose bow is a ring that refreshes. */
export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="2.4">
      <path d="M13.2 10.8a4.6 4.6 0 1 0-1.3 3.4" strokeLinecap="round" />
      <path d="M13.6 7.2v3.9H9.8" strokeLinecap="round" strokeLinejoin="round" />
      <path d="M12 13.6 20 21m-3.2-3 2.2-2.2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  )
}
