import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { lifetimeControl } from '../stage/controls.ts'
import { OrdersApp, rowsUrl } from '../stage/Orders.tsx'
import { goToNextRefresh } from '../stage/passTime.ts'
import { Situation } from '../stage/Situation.tsx'
import { fact, tokenNumber } from '../stage/seen.ts'
import { type Stage, type StageArgs, stageOf } from '../stage/stage.ts'
import { Clocks } from './Clocks.tsx'

/** How one access token follows another. */
const meta = {
  title: 'Situations/Refreshing',
  parameters: { session: 'signed-in' },
  args: { lifetime: 30 },
  argTypes: lifetimeControl,
} satisfies Meta<StageArgs>

export default meta

type Story = StoryObj<StageArgs>

/** Goes to the mark on the bar: one request fetches the next token, and the rows are not asked for again. */
export const RefreshingAhead: Story = {
  name: 'Refreshing ahead',
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="In the last fifth of its life a token is still handed out, while the next one is fetched in the background. Nobody waits, and no query is asked again."
        ways={[
          ['Go to the refresh', () => goToNextRefresh(stage)],
          ['Refresh now', stage.client.refresh],
        ]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await expect(tokenNumber(canvas, 1)).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Go to the refresh' }))
    await waitFor(() => expect(tokenNumber(canvas, 2)).toBeVisible())
    await waitFor(() => expect(fact(canvas, 'Refreshes')).toHaveTextContent('1'))
    await expect(server.counts).toMatchObject({ refreshes: 1, resources: 1, unauthorized: 0 })
  },
}

const hour = 3_600_000

/** The lid is closed for an hour: no request while it is, one refresh when it opens. */
export const ExpiredOnWake: Story = {
  name: 'Expired on wake',
  render: (_, context) => {
    const stage = stageOf(context)
    const { tab, clock } = stage
    const close = () => {
      tab.show('hidden')
      clock.sleep(hour)
    }
    return (
      <Situation
        stage={stage}
        says="While the laptop sleeps no timer runs, and the token dies. On waking the clock is compared, not the timer: one refresh, before anybody uses the dead token."
        ways={[
          ['Open the laptop', () => tab.show('visible')],
          ['Close it for an hour', close],
        ]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Close it for an hour' }))
    await expect(await canvas.findByText('expired')).toBeVisible()
    await expect(server.counts.refreshes).toBe(0)
    await userEvent.click(canvas.getByRole('button', { name: 'Open the laptop' }))
    await waitFor(() => expect(tokenNumber(canvas, 2)).toBeVisible())
    await userEvent.click(canvas.getByRole('button', { name: 'Load again' }))
    await waitFor(() => expect(server.counts.resources).toBe(2))
    await expect(server.counts).toMatchObject({ refreshes: 1, unauthorized: 0, signIns: 1 })
  },
}

/** Five requests with a token that the server has revoked early. */
async function askFiveTimes({ client, server, apiUrl }: Stage) {
  server.expireAccessTokens()
  await Promise.all([1, 2, 3, 4, 5].map((page) => client.fetch(rowsUrl(apiUrl, `size=1&page=${page}`))))
}

/** Five 401s at once make one refresh and five replays; whoever asked sees five answers. */
export const RejectedAndReplayed: Story = {
  name: '401 and replay',
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="The server has done away with the token before its time. Five requests at once earn a 401 each; together they cause one refresh, and each is sent once more. The app sees five answers."
        ways={[['Revoke the token and ask five times', () => askFiveTimes(stage)]]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Revoke the token and ask five times' }))
    await waitFor(() => expect(tokenNumber(canvas, 2)).toBeVisible())
    await waitFor(() => expect(fact(canvas, '401 answers')).toHaveTextContent('5'))
    await waitFor(() => expect(server.counts.resources).toBe(1 + 5 + 5))
    await expect(server.log.slice(-5).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    await expect(server.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
  },
}

/** Both thresholds shrink with the token: it is fetched anew about once a second, and no request is turned away. */
export const ShorterThanEveryMargin: Story = {
  name: 'Shorter than every margin',
  args: { lifetime: 2 },
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="A token of two seconds, and a refresh-ahead of five minutes. Both thresholds are capped by a share of the lifetime, so such a token is used and renewed like any other, without a loop and without a 401."
        ways={[['Refresh now', stage.client.refresh]]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server, client } = stageOf(context)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await waitFor(() => expect(client.getState().revision).toBeGreaterThan(2), { timeout: 20_000 })
    await userEvent.click(canvas.getByRole('button', { name: 'Load again' }))
    await waitFor(() => expect(server.counts.resources).toBe(2))
    await expect(canvas.getByText('of Ada Lovelace')).toBeVisible()
    await expect(server.counts).toMatchObject({ unauthorized: 0, reuseDetections: 0, signIns: 1 })
  },
}

/** The token lives as long as on any other device: no refresh at once, no dead token, and the error is told. */
export const ClockAnHourOff: Story = {
  name: 'Clock an hour off',
  args: { hoursOff: 1 },
  argTypes: { hoursOff: { name: 'hours ahead', control: { type: 'range', min: -12, max: 12, step: 1 } } },
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="The clock of this device is wrong. Read against it the token would be dead on arrival, or immortal; counted from the moment it was asked for, it lives as long as it should."
        ways={[
          ['Go to the refresh', () => goToNextRefresh(stage)],
          ['Refresh now', stage.client.refresh],
        ]}
      >
        <Clocks clock={stage.clock} />
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server, client } = stageOf(context)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await expect(fact(canvas, 'Error')).toHaveTextContent('60 minutes ahead')
    await expect(canvas.getByText('Valid: handed out at once')).toBeVisible()
    await expect(server.counts.refreshes).toBe(0)
    await userEvent.click(canvas.getByRole('button', { name: 'Go to the refresh' }))
    await waitFor(() => expect(tokenNumber(canvas, 2)).toBeVisible())
    await waitFor(() => expect(client.getState().refreshStatus).toBe('idle'))
    await expect(server.counts).toMatchObject({ refreshes: 1, unauthorized: 0 })
  },
}
