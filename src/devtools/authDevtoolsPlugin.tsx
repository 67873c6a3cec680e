import type { ReactElement } from 'react'
import { AuthDevtoolsPanel, type AuthDevtoolsPanelProps } from './AuthDevtoolsPanel.tsx'

/** A plugin as TanStack Devtools takes it. */
export interface AuthDevtoolsPlugin {
  readonly id: string
  readonly name: string
  /** Draws the panel in the theme of the devtools around it. */
  readonly render: (element: HTMLElement, props: { theme: 'light' | 'dark' }) => ReactElement
}

/**
 * The panel as a plugin for TanStack Devtools.
 *
 * @example
 * ```tsx
 * <TanStackDevtools plugins={[authDevtoolsPlugin({ client })]} />
 * ```
 */
export const authDevtoolsPlugin = <Credentials,>(
  props: Omit<AuthDevtoolsPanelProps<Credentials>, 'theme'> = {},
): AuthDevtoolsPlugin => ({
  id: 'authed',
  name: 'authed',
  render: (_, { theme }) => <AuthDevtoolsPanel {...props} theme={theme} />,
})
