'use client'

import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import type { AuthClient } from '../core/index.ts'
import { useAuthClient } from '../react/index.ts'
import type { AuthDevtoolsPanelProps } from './AuthDevtoolsPanel.tsx'
import { Panel } from './Panel.tsx'
import { Mark } from './parts/Header.tsx'
import { Shadow } from './Shadow.tsx'
import { type Devtools, useDevtools, useInspection } from './useDevtools.ts'

/** What the floating button and its drawer take. */
export interface AuthDevtoolsProps<Credentials = unknown> extends AuthDevtoolsPanelProps<Credentials> {
  /** Whether the drawer is open at first. Default `false`. */
  initialIsOpen?: boolean
  /** The corner of the button. Default `bottom-left`. */
  position?: 'bottom-left' | 'bottom-right' | 'top-left' | 'top-right'
}

/**
 * A floating button that opens a drawer with the panel. Put it below the `AuthProvider`, in development only.
 *
 * @example
 * ```tsx
 * <AuthProvider client={client}>
 *   <App />
 *   {import.meta.env.DEV && <AuthDevtools />}
 * </AuthProvider>
 * ```
 *
 * @throws `Error` without a `client` and outside an `AuthProvider`.
 */
export function AuthDevtools<Credentials>({ client, ...props }: AuthDevtoolsProps<Credentials>): ReactNode {
  return client ? <OwnDevtools client={client as AuthClient} {...props} /> : <ProvidedDevtools {...props} />
}

function ProvidedDevtools(props: Omit<AuthDevtoolsProps, 'client'>) {
  return <OwnDevtools client={useAuthClient()} {...props} />
}

function OwnDevtools({
  client,
  faults,
  redact,
  initialIsOpen = false,
  position = 'bottom-left',
  ...appearance
}: AuthDevtoolsProps & { client: AuthClient }) {
  const devtools = useDevtools(client, faults, redact)
  const [isOpen, setOpen] = useState(initialIsOpen)
  const opener = useRef<HTMLButtonElement>(null)
  const drawer = useRef<HTMLElement>(null)
  const wasOpen = useRef(isOpen)
  // The focus goes where the hand was, not to the top of the page.
  useEffect(() => {
    if (isOpen !== wasOpen.current) (isOpen ? drawer : opener).current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  const close = () => setOpen(false)
  return (
    <Shadow {...appearance}>
      {isOpen ? (
        <section
          ref={drawer}
          className="drawer"
          tabIndex={-1}
          aria-label="authed devtools"
          onKeyDown={(event) => event.key === 'Escape' && close()}
        >
          <Panel devtools={devtools} onClose={close} />
        </section>
      ) : (
        <Opener button={opener} devtools={devtools} position={position} open={() => setOpen(true)} />
      )}
    </Shadow>
  )
}

interface OpenerProps {
  button: RefObject<HTMLButtonElement | null>
  devtools: Devtools
  position: string
  open: () => void
}

function Opener({ button, devtools, position, open }: OpenerProps) {
  const { status, refreshStatus } = useInspection(devtools).state
  return (
    <button
      ref={button}
      type="button"
      className="opener"
      data-position={position}
      data-status={status}
      data-refresh={refreshStatus}
      aria-label="Open the authed devtools"
      onClick={open}
    >
      <Mark />
    </button>
  )
}
