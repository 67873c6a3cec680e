import type { Meta, StoryObj } from '@storybook/react-vite'
import { useRef } from 'react'
import { expect, waitFor, within } from 'storybook/test'
import { lifetimeControl } from '../stage/controls.ts'
import { NewOrder } from '../stage/NewOrder.tsx'
import { Situation } from '../stage/Situation.tsx'
import { SuspendingOrders } from '../stage/SuspendingOrders.tsx'
import { fact, tokenNumber } from '../stage/seen.ts'
import { type Stage, type StageArgs, stageOf } from '../stage/stage.ts'
import { InfiniteTable as Table } from './InfiniteTable.tsx'

/** Data that is fetched and sent while tokens come and go. */
const meta = {
  title: 'Situations/Data',
  parameters: { session: 'signed-in' },
  args: { lifetime: 30 },
  argTypes: lifetimeControl,
} satisfies Meta<StageArgs>

export default meta

type Story = StoryObj<StageArgs>

function Scrolling({ stage }: { stage: Stage }) {
  const scroller = useRef<HTMLElement>(null)
  return (
    <Situation
      stage={stage}
      says="A hundred thousand rows, fetched two hundred at a time as one scrolls, with TanStack Table and Virtual. The token dies on the way: whoever scrolls does not notice."
      ways={[
        ['Scroll on', () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight })],
        ['Revoke the token', stage.server.expireAccessTokens],
      ]}
    >
      <Table apiUrl={stage.apiUrl} scroller={scroller} />
    </Situation>
  )
}

/** Scrolls through three pages; the token is revoked before the third. Only what is in sight is in the page. */
export const InfiniteTable: Story = {
  name: 'Infinite table of 100,000 rows',
  parameters: { server: { rowCount: 100_000 } },
  render: (_, context) => <Scrolling stage={stageOf(context)} />,
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    const loaded = (count: number) => canvas.findByText(`${count} of 100,000 loaded`, undefined, { timeout: 20_000 })
    await loaded(200)
    await press('Scroll on')
    await loaded(400)
    await press('Revoke the token')
    await press('Scroll on')
    await loaded(600)
    await press('Scroll on')
    await expect(await canvas.findByRole('cell', { name: '600' })).toBeVisible()
    const table = within(canvas.getByRole('table', { name: 'Orders' }))
    await expect(table.getAllByRole('row').length).toBeLessThan(60)
    await waitFor(() => expect(fact(canvas, '401 answers')).toHaveTextContent('1'))
    await expect(server.counts).toMatchObject({ refreshes: 1, reuseDetections: 0, signIns: 1 })
  },
}

const slowness = 2_000

/** The fallback stands once, until the rows are there. The next token makes nobody wait. */
export const Suspense: Story = {
  beforeEach: (context) => stageOf(context).server.fail({ type: 'delay', on: 'resource', delay: slowness }),
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="The table suspends until session and rows are there, so it knows no loading state of its own. A rotation of the token suspends nothing."
        ways={[['Refresh', stage.client.refresh]]}
      >
        <SuspendingOrders apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server, clock } = stageOf(context)
    await expect(await canvas.findByRole('status', { name: 'Loading the rows' })).toBeVisible()
    await waitFor(() => expect(server.counts.resources).toBe(1))
    clock.skip(slowness)
    const table = await canvas.findByRole('table', undefined, { timeout: 2 * slowness })
    await userEvent.click(canvas.getByRole('button', { name: 'Refresh' }))
    await waitFor(() => expect(tokenNumber(canvas, 2)).toBeVisible())
    await expect(table).toBeVisible()
    await expect(canvas.queryByRole('status', { name: 'Loading the rows' })).toBeNull()
    await expect(server.counts).toMatchObject({ resources: 1, refreshes: 1 })
  },
}

/** The order is refused once, for its token, and entered once, with its body. */
export const Mutation: Story = {
  parameters: { dialect: 'json' },
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="The token is revoked just before an order is sent. The API answers 401 and has done nothing; the order goes out once more, with its body and the next token."
        ways={[['Revoke the token', stage.server.expireAccessTokens]]}
      >
        <NewOrder apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await userEvent.click(canvas.getByRole('button', { name: 'Revoke the token' }))
    await userEvent.click(canvas.getByRole('button', { name: 'Order' }))
    await expect(await canvas.findByText('Order no. 1001 for Radia Costa, entered by Ada Lovelace.')).toBeVisible()
    const orders = server.log.filter(({ method, kind }) => method === 'POST' && kind === 'resource')
    await expect(orders.map(({ status }) => status)).toEqual([401, 201])
    await expect(server.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
  },
}
