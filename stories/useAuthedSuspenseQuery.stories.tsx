import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { Providers } from './stage/Providers.tsx'
import { SuspendingOrders } from './stage/SuspendingOrders.tsx'
import { stageOf } from './stage/stage.ts'

const slowness = 2_000

/**
 * `useSuspenseQuery` for data behind the session: `data` is never undefined. Put it below `SignedIn`: it cannot wait for
 * somebody to sign in.
 */
const meta = {
  title: 'Query/useAuthedSuspenseQuery',
  parameters: { session: 'signed-in' },
  beforeEach: (context) => stageOf(context).server.fail({ type: 'delay', on: 'resource', delay: slowness }),
  render: (_, context) => (
    <Providers stage={stageOf(context)}>
      <div className="story">
        <SuspendingOrders apiUrl={stageOf(context).apiUrl} />
      </div>
    </Providers>
  ),
} satisfies Meta

export default meta

/** The fallback stands until the rows are there. */
export const Fallback: StoryObj = {
  play: async ({ canvas, ...context }) => {
    const { server, clock } = stageOf(context)
    await expect(await canvas.findByRole('status', { name: 'Loading the rows' })).toBeVisible()
    await waitFor(() => expect(server.counts.resources).toBe(1))
    clock.skip(slowness)
    const table = await canvas.findByRole('table', { name: 'The first of 1000 orders' }, { timeout: 2 * slowness })
    await expect(table).toBeVisible()
    await expect(canvas.queryByRole('status')).toBeNull()
    await expect(server.counts.resources).toBe(1)
  },
}
