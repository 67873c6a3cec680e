import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { lifetimeControl } from '../stage/controls.ts'
import { OrdersApp } from '../stage/Orders.tsx'
import { goPastExpiry, goToNextRefresh } from '../stage/passTime.ts'
import { Situation } from '../stage/Situation.tsx'
import { fact, happenings, tokenNumber } from '../stage/seen.ts'
import { ada, type Stage, type StageArgs, stageOf } from '../stage/stage.ts'
import { StorageNews } from './StorageNews.tsx'

/** What goes wrong around a session, and does not end it. */
const meta = {
  title: 'Situations/Trouble',
  parameters: { session: 'signed-in', client: { retryDelay: (failures: number) => 2_000 * 2 ** failures } },
  args: { lifetime: 30 },
  argTypes: lifetimeControl,
} satisfies Meta<StageArgs>

export default meta

function goOffline({ server, tab }: Stage) {
  server.setHealth('dropped')
  tab.connect('offline')
}

function comeBack({ server, tab }: Stage) {
  server.heal()
  tab.connect('online')
}

/** No attempt while the network is away, although the token dies meanwhile; one at once when it is back. */
export const OfflineAndBack: StoryObj<StageArgs> = {
  name: 'Offline and back',
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="The network goes, and the token dies while it is away. The session does not: the refresh is paused, the rows stay on screen, and one request goes out as soon as the network is back."
        ways={[
          ['Go offline', () => goOffline(stage)],
          ['Wait until the token is dead', () => goPastExpiry(stage)],
          ['Come back', () => comeBack(stage)],
        ]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await press('Go offline')
    await press('Wait until the token is dead')
    await expect(await canvas.findByText('expired')).toBeVisible()
    await expect(canvas.getByText('No network: the refresh waits for it')).toBeVisible()
    await expect(canvas.getByText('of Ada Lovelace')).toBeVisible()
    await expect(server.counts.refreshes).toBe(0)
    await press('Come back')
    await waitFor(() => expect(tokenNumber(canvas, 2)).toBeVisible())
    await expect(server.counts).toMatchObject({ refreshes: 1, signIns: 1, reuseDetections: 0 })
  },
}

const failures = (canvas: Parameters<typeof happenings>[0]) =>
  happenings(canvas).filter((line) => line?.startsWith('Refresh failed'))

/** Three failures, each followed by a longer pause; the session stays, and the next answer ends the trouble. */
export const Storm503: StoryObj<StageArgs> = {
  name: '503 storm',
  args: { lifetime: 120 },
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="The API answers 503 to everything. The refresh is tried again after pauses that grow; the session stays, and so do the rows, marked as those of before."
        ways={[
          ['Take the API down', () => stage.server.setHealth('503')],
          ['Go to the next try', () => goToNextRefresh(stage)],
          ['Bring the API up', stage.server.heal],
        ]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await press('Take the API down')
    for (const count of [1, 2, 3]) {
      await press('Go to the next try')
      await waitFor(() => expect(failures(canvas)).toHaveLength(count))
    }
    await expect(canvas.getByText(/Not refreshed for now/)).toBeVisible()
    await press('Load again')
    await expect(await canvas.findByRole('alert')).toHaveTextContent('These are the rows of before.')
    await expect(canvas.getByRole('rowheader', { name: /Ada Byron/ })).toBeVisible()
    await press('Bring the API up')
    await press('Go to the next try')
    await waitFor(() => expect(tokenNumber(canvas, 2)).toBeVisible())
    await expect(server.counts).toMatchObject({ refreshes: 4, signIns: 1, reuseDetections: 0 })
    await press('Load again')
    await waitFor(() => expect(canvas.queryByRole('alert')).toBeNull())
  },
}

interface PatienceArgs extends StageArgs {
  /** How many seconds the server asks to wait. */
  retryAfter: number
}

/** Nothing is sent before the time that the server has named, and one request when it has come. */
export const RetryAfter: StoryObj<PatienceArgs> = {
  name: '429 with Retry-After',
  args: { lifetime: 120, retryAfter: 20 },
  argTypes: { retryAfter: { name: 'Retry-After (s)', control: { type: 'range', min: 1, max: 60, step: 1 } } },
  beforeEach(context) {
    const headers = { 'retry-after': String(context.args.retryAfter) }
    stageOf(context).server.fail({ type: 'status', on: 'refresh', status: 429, headers })
  },
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="The token endpoint has had enough for now and names a time. The client keeps to it, whatever its own pauses say; the token at hand is still good and goes on being handed out."
        ways={[
          ['Go to the refresh', () => goToNextRefresh(stage)],
          ['Let ten seconds pass', () => stage.clock.skip(10_000)],
        ]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await press('Go to the refresh')
    await waitFor(() => expect(failures(canvas)).toHaveLength(1))
    await press('Let ten seconds pass')
    await press('Load again')
    await waitFor(() => expect(server.counts.resources).toBe(2))
    await expect(server.counts).toMatchObject({ refreshes: 1, unauthorized: 0 })
    await press('Let ten seconds pass')
    await waitFor(() => expect(tokenNumber(canvas, 2)).toBeVisible())
    await waitFor(() => expect(fact(canvas, 'Refreshes')).toHaveTextContent('2'))
  },
}

interface StorageArgs extends StageArgs {
  storage: 'forbidden' | 'full'
}

/** Signs in, reads rows and refreshes with a storage that refuses everything, and says so. */
export const StorageForbidden: StoryObj<StorageArgs> = {
  name: 'Storage forbidden',
  parameters: { session: 'signed-out' },
  args: { storage: 'forbidden' },
  argTypes: { storage: { control: 'inline-radio', options: ['forbidden', 'full'] } },
  beforeEach: (context) => stageOf(context).tabs.setStorage(context.args.storage),
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="A sandboxed frame, a strict privacy setting, a full disk: the storage refuses. The session lives in the memory of this tab then; it works as ever, and a reload asks for a sign-in."
        ways={[
          ['Sign in as Ada', () => stage.client.signIn(ada)],
          ['Refresh', stage.client.refresh],
        ]}
      >
        <StorageNews />
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await canvas.findByText('Nobody is signed in.')
    await userEvent.click(canvas.getAllByRole('button', { name: 'Sign in as Ada' })[0] as HTMLElement)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Refresh' }))
    await waitFor(() => expect(tokenNumber(canvas, 2)).toBeVisible())
    await waitFor(() => expect(fact(canvas, 'Trouble')).toHaveTextContent('The storage is not available.'))
    await expect(server.counts).toMatchObject({ signIns: 1, refreshes: 1, unauthorized: 0, reuseDetections: 0 })
  },
}
