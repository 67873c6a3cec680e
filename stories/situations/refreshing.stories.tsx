import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { lifetimeControl } from '../stage/controls.ts'
import { OrdersApp } from '../stage/Orders.tsx'
import { Situation } from '../stage/Situation.tsx'
import { fact, tokenNumber } from '../stage/seen.ts'
import { type StageArgs, stageOf } from '../stage/stage.ts'

const meta = {
  title: 'Situations/Refreshing',
  parameters: { session: 'signed-in' },
  args: { lifetime: 30 },
  argTypes: lifetimeControl,
} satisfies Meta<StageArgs>

export default meta

/** Goes to the mark on the bar; one request fetches the next token, and the table stays as it is. */
export const RefreshingAhead: StoryObj<StageArgs> = {
  render: (_, context) => {
    const stage = stageOf(context)
    const { client, clock } = stage
    return (
      <Situation
        stage={stage}
        says="In the last fifth of its life the token is still good and handed out, while the next one is fetched in the background. Nobody waits for it, and no query is asked again."
        ways={[
          ['Go to the refresh', () => clock.skip((client.getState().nextRefreshAt ?? 0) - clock.now())],
          ['Refresh now', client.refresh],
        ]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByRole('rowheader', { name: /Ada Byron/ })).toBeVisible()
    await expect(tokenNumber(canvas, 1)).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Go to the refresh' }))
    await waitFor(() => expect(tokenNumber(canvas, 2)).toBeVisible())
    await waitFor(() => expect(fact(canvas, 'Refreshes')).toHaveTextContent('1'))
    await expect(server.counts).toMatchObject({ refreshes: 1, resources: 1, unauthorized: 0 })
  },
}
