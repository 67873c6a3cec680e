import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor, within } from 'storybook/test'
import { lifetimeControl } from '../stage/controls.ts'
import { fact, happenings, tokenNumber } from '../stage/seen.ts'
import { type StageArgs, stageOf } from '../stage/stage.ts'
import { AppsmithCanvas as Canvas } from './appsmith/AppsmithCanvas.tsx'
import { Hydration } from './Hydration.tsx'
import { TwoTabs as Tabs } from './TwoTabs.tsx'

/** Where a session lives: in several tabs, on a server first, in somebody else's page. */
const meta = {
  title: 'Situations/Surroundings',
  parameters: { session: 'signed-in' },
  args: { lifetime: 30 },
  argTypes: lifetimeControl,
} satisfies Meta<StageArgs>

export default meta

type Story = StoryObj<StageArgs>

/** Twice both tabs are due at once: each time one refresh, and both hold the new token. */
export const TwoTabs: Story = {
  name: 'Two tabs, one refresh',
  render: (_, context) => <Tabs key={stageOf(context).serial} stage={stageOf(context)} />,
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    const tabs = ['Left tab', 'Right tab'].map((name) => within(canvas.getByRole('region', { name })))
    const bothHold = (revision: number) =>
      waitFor(() => {
        for (const tab of tabs) expect(tokenNumber(tab, revision)).toBeVisible()
      })
    await bothHold(1)
    await userEvent.click(canvas.getByRole('button', { name: 'Go to the refresh' }))
    await bothHold(2)
    await expect(server.counts.refreshes).toBe(1)
    await userEvent.click(canvas.getByRole('button', { name: 'Refresh in both at once' }))
    await bothHold(3)
    await waitFor(() => expect(fact(canvas, 'Refreshes')).toHaveTextContent('2'))
    const lines = tabs.flatMap(happenings)
    await expect(lines.filter((line) => line?.startsWith('Refreshed by this tab'))).toHaveLength(2)
    await expect(lines.filter((line) => line?.startsWith('Took over'))).toHaveLength(2)
    await expect(server.counts).toMatchObject({ signIns: 1, reuseDetections: 0 })
  },
}

/** Nothing is fetched for the server's page; hydrating it brings no complaint, and then the rows. */
export const ServerRendering: Story = {
  name: 'Server rendering and hydration',
  render: (_, context) => <Hydration key={stageOf(context).serial} stage={stageOf(context)} />,
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByText(/^<p.*Looking for a session/)).toBeVisible()
    await expect(canvas.getByText('Looking for a session …')).toBeVisible()
    await expect(tokenNumber(canvas, 1)).toBeVisible()
    await expect(server.counts.resources).toBe(0)
    await userEvent.click(canvas.getByRole('button', { name: 'Hydrate' }))
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await expect(canvas.getByText('Hydrated. React found no difference.')).toBeVisible()
    await expect(server.counts).toMatchObject({ resources: 1, refreshes: 0, signIns: 1 })
  },
}

/** The widgets load rows with tokens that the page fetches: one refresh for each token after the first, two widgets or not. */
export const AppsmithCanvas: Story = {
  name: 'Appsmith canvas',
  parameters: { session: 'signed-out' },
  args: { lifetime: 4 },
  render: (_, context) => <Canvas key={stageOf(context).serial} stage={stageOf(context)} />,
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByText('No session.', undefined, { timeout: 10_000 })).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(fact(canvas, 'User')).toHaveTextContent('1'), { timeout: 10_000 })
    await expect(canvas.getByRole('heading', { name: /^Access token no. \d/ })).toBeVisible()
    await expect(canvas.getByTitle('Orders')).toBeVisible()
    await waitFor(() => expect(server.counts.resources).toBeGreaterThan(0), { timeout: 10_000 })
    await waitFor(() => expect(fact(canvas, 'Token no.')?.textContent).toMatch(/^[3-9]/), { timeout: 20_000 })
    const tokens = () => Number(fact(canvas, 'Token no.')?.textContent)
    await waitFor(() => expect(server.counts.refreshes).toBe(tokens() - 1), { timeout: 10_000 })
    await expect(server.counts).toMatchObject({ signIns: 1, unauthorized: 0, reuseDetections: 0 })
    const rows = server.log.filter(({ kind }) => kind === 'resource')
    await expect(rows.every(({ authorization, user }) => authorization === 'sent' && user === 1)).toBe(true)
  },
}
