import type { Meta, StoryObj } from '@storybook/react-vite'
import { TanStackDevtools } from '@tanstack/react-devtools'
import { type AuthClient, AuthProvider, type BaserowCredentials, baserow } from 'authed'
import { AuthDevtools, AuthDevtoolsPanel, authDevtoolsPlugin, createFaults, type Faults } from 'authed/devtools'
import { type ReactNode, useState } from 'react'
import { expect, waitFor, within } from 'storybook/test'
import { OrdersApp } from './stage/Orders.tsx'
import { Providers } from './stage/Providers.tsx'
import { type Stage, stageOf } from './stage/stage.ts'

/**
 * What the token is doing: its life, the session, the tabs, the storage, and everything that happened; with actions, and
 * faults to practise with. It never holds the text of a token.
 */
const meta = {
  title: 'Devtools',
  parameters: { session: 'signed-in', server: { accessTokenLifetime: 60_000 }, layout: 'fullscreen' },
} satisfies Meta

export default meta

interface Practice {
  client: AuthClient<BaserowCredentials>
  faults: Faults
}

/** A tab whose client suffers from the faults that are switched on in its panel. */
function Practising({ stage, children }: { stage: Stage; children: (practice: Practice) => ReactNode }) {
  const [practice] = useState<Practice>(() => {
    const faults = createFaults()
    const options = faults.wrap({ endpoint: baserow(stage.apiUrl), clock: stage.clock, retryDelay: 4_000 })
    return { faults, client: stage.openTab(options).client }
  })
  return <AuthProvider client={practice.client}>{children(practice)}</AuthProvider>
}

/** What a person finds in the shadow root of the panel. */
async function panelIn(root: ParentNode) {
  const inside = () => root.querySelector('[data-authed-devtools]')?.shadowRoot?.querySelector<HTMLElement>('.authed')
  await waitFor(() => expect(inside()).toBeTruthy())
  return within(inside() as HTMLElement)
}

/** Fills whatever it is put into. Here: a token that is declared dead while the endpoint answers 503. */
export const Panel: StoryObj = {
  render: (_, context) => (
    <Practising key={stageOf(context).serial} stage={stageOf(context)}>
      {({ faults }) => (
        <div style={{ height: '100vh' }}>
          <AuthDevtoolsPanel faults={faults} redact={['name']} />
        </div>
      )}
    </Practising>
  ),
  play: async ({ canvasElement, userEvent }) => {
    const panel = await panelIn(canvasElement)
    await expect(await panel.findByRole('heading', { name: 'Access token no. 1' })).toBeVisible()
    await expect(panel.getByText('•••')).toBeVisible()
    await userEvent.selectOptions(panel.getByLabelText('Token endpoint'), '503')
    await userEvent.click(panel.getByRole('button', { name: 'Expire now' }))
    await expect(await panel.findByText(/The attempt failed.*with “server”, next attempt in 4/)).toBeVisible()
    await expect(panel.getByText(/declared dead: callers wait/)).toBeVisible()
    await userEvent.selectOptions(panel.getByLabelText('Token endpoint'), 'none')
    await userEvent.click(panel.getByRole('button', { name: 'Refresh' }))
    await expect(await panel.findByRole('heading', { name: 'Access token no. 2' })).toBeVisible()
    await expect(await panel.findByText('There is a new token.')).toBeVisible()
  },
}

/** A button in a corner of the app opens the panel in a drawer; Escape closes it. */
export const FloatingButton: StoryObj = {
  name: 'Floating button',
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Providers stage={stage}>
        <div style={{ padding: '1rem 1rem 5rem' }}>
          <OrdersApp apiUrl={stage.apiUrl} />
        </div>
        <AuthDevtools />
      </Providers>
    )
  },
  play: async ({ canvas, canvasElement, userEvent }) => {
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    const panel = await panelIn(canvasElement)
    await userEvent.click(panel.getByRole('button', { name: 'Open the authed devtools' }))
    await expect(panel.getByRole('region', { name: 'authed devtools' })).toBeVisible()
    await expect(panel.getByText(/To rehearse faults/)).toBeVisible()
    await userEvent.keyboard('{Escape}')
    await expect(await panel.findByRole('button', { name: 'Open the authed devtools' })).toBeVisible()
  },
}

/** The same panel as one of the plugins of TanStack Devtools. */
export const Plugin: StoryObj = {
  name: 'In TanStack Devtools',
  // It lies over the page it is on, so in the documentation it gets a page of its own.
  parameters: { docs: { story: { inline: false, height: '40rem' } } },
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Providers stage={stage}>
        <div style={{ padding: '1rem' }}>
          <OrdersApp apiUrl={stage.apiUrl} />
        </div>
        <TanStackDevtools
          config={{ defaultOpen: true, panelLocation: 'bottom', triggerHidden: false }}
          plugins={[{ ...authDevtoolsPlugin({ client: stage.client }), defaultOpen: true }]}
        />
      </Providers>
    )
  },
  play: async () => {
    const panel = await panelIn(document)
    await expect(await panel.findByRole('heading', { name: 'Access token no. 1' })).toBeVisible()
    await expect(panel.getByText(/^Signed in here at/)).toBeVisible()
  },
}
