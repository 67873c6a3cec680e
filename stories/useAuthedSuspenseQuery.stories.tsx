import type { Meta, StoryObj } from '@storybook/react-vite'
import { SignedIn, useAuthedSuspenseQuery } from 'authed'
import { Suspense } from 'react'
import { expect, waitFor } from 'storybook/test'
import { RowsBody } from '../demo/app/table/RowsBody.tsx'
import { TableSkeleton } from '../demo/app/table/TableSkeleton.tsx'
import { type Page, RowsHead, rowsUrl } from './stage/Orders.tsx'
import { Providers } from './stage/Providers.tsx'
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
      <SignedIn>
        <div className="story card rows">
          <Suspense fallback={<TableSkeleton />}>
            <Orders apiUrl={stageOf(context).apiUrl} />
          </Suspense>
        </div>
      </SignedIn>
    </Providers>
  ),
} satisfies Meta

export default meta

function Orders({ apiUrl }: { apiUrl: string }) {
  const { data } = useAuthedSuspenseQuery({ queryKey: ['orders'], url: rowsUrl(apiUrl), select: (page: Page) => page })
  return (
    <table aria-label={`The first of ${data.count} orders`}>
      <RowsHead />
      <RowsBody rows={data.results} />
    </table>
  )
}

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
