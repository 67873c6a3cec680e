import type { ReactNode } from 'react'
import { type EndpointFault, retryAfter, slowness } from '../faults/answers.ts'
import { type Devtools, useFaults } from '../useDevtools.ts'

const endpointFaults: [EndpointFault, string][] = [
  ['none', 'Works'],
  ['503', 'Answers 503'],
  ['429', `Answers 429, Retry-After ${retryAfter} s`],
  ['slow', `Is ${slowness / 1000} s slow`],
  ['hung', 'Never answers'],
  ['rejected', 'Refuses the refresh token'],
]

const hour = 3_600_000
const clocks: [number, string][] = [
  [0, 'Right'],
  [-hour, 'An hour slow'],
  [hour, 'An hour fast'],
]

/** Faults to practise with, where the client was made for it. */
export function Simulation({ devtools }: { devtools: Devtools }): ReactNode {
  const state = useFaults(devtools)
  const { faults } = devtools
  return (
    <section aria-labelledby="authed-simulation">
      <h3 id="authed-simulation">Simulation</h3>
      {state && faults ? (
        <div className="fields">
          <label>
            Token endpoint
            <select
              value={state.endpoint}
              onChange={({ target }) => faults.set({ endpoint: target.value as EndpointFault })}
            >
              {endpointFaults.map(([fault, text]) => (
                <option key={fault} value={fault}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <label>
            This device’s clock
            <select value={state.skew} onChange={({ target }) => faults.set({ skew: Number(target.value) })}>
              {clocks.map(([skew, text]) => (
                <option key={skew} value={skew}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <label className="switch">
            <input
              type="checkbox"
              checked={state.isOffline}
              onChange={({ target }) => faults.set({ isOffline: target.checked })}
            />
            Offline
          </label>
        </div>
      ) : (
        <p className="quiet">
          To rehearse faults, make them with <code>createFaults()</code>, the client with{' '}
          <code>faults.wrap(options)</code>, and pass <code>faults</code> to the panel.
        </p>
      )}
    </section>
  )
}
