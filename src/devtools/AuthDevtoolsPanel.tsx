'use client'

import type { ReactNode } from 'react'
import type { AuthClient } from '../core/index.ts'
import { useAuthClient } from '../react/index.ts'
import type { Faults } from './faults/createFaults.ts'
import { Panel } from './Panel.tsx'
import { type Appearance, Shadow } from './Shadow.tsx'
import { useDevtools } from './useDevtools.ts'

/** What the panel takes. */
export interface AuthDevtoolsPanelProps<Credentials = unknown> extends Appearance {
  /** Default: the client of the nearest `AuthProvider`. */
  client?: AuthClient<Credentials>
  /** The faults that the client was made with, to be switched in the panel. */
  faults?: Faults
  /** Claims whose values are neither shown nor exported, such as `['email', 'name']`. Keep the array outside rendering. */
  redact?: readonly string[]
}

/**
 * The panel to put anywhere: it fills its container. It shows what the token of the nearest `AuthProvider` is doing, and
 * never holds the text of one.
 *
 * @throws `Error` without a `client` and outside an `AuthProvider`.
 */
export function AuthDevtoolsPanel<Credentials>({ client, ...props }: AuthDevtoolsPanelProps<Credentials>): ReactNode {
  return client ? <OwnPanel client={client as AuthClient} {...props} /> : <ProvidedPanel {...props} />
}

function ProvidedPanel(props: Omit<AuthDevtoolsPanelProps, 'client'>) {
  return <OwnPanel client={useAuthClient()} {...props} />
}

function OwnPanel({ client, faults, redact, ...appearance }: AuthDevtoolsPanelProps & { client: AuthClient }) {
  const devtools = useDevtools(client, faults, redact)
  return (
    <Shadow {...appearance}>
      <Panel devtools={devtools} />
    </Shadow>
  )
}
