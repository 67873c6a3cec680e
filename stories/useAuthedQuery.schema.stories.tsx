import type { Meta, StoryObj } from '@storybook/react-vite'
import { SchemaError, useAuthedQuery } from 'authed'
import { expect } from 'storybook/test'
import { z } from 'zod'
import { rowsUrl } from './stage/Orders.tsx'
import { Providers } from './stage/Providers.tsx'
import { stageOf } from './stage/stage.ts'

interface Args {
  /** What the API sends: rows as they were promised, or rows whose names are missing. */
  answer: 'as promised' | 'broken'
}

/**
 * `schema` validates and types the answer: any Standard Schema, here zod's. What comes out of it is what `data` holds,
 * numbers as numbers and dates as dates.
 */
const meta = {
  title: 'Query/useAuthedQuery with a schema',
  parameters: { session: 'signed-in' },
  args: { answer: 'as promised' },
  argTypes: { answer: { control: 'inline-radio', options: ['as promised', 'broken'] } },
  beforeEach(context) {
    const { server } = stageOf(context)
    const results = [{ id: 1, Amount: '13.00', Date: '2025-01-01' }]
    if (context.args.answer === 'broken') server.fail({ type: 'amend', on: 'resource', set: { results } })
  },
  render: (_, context) => (
    <Providers stage={stageOf(context)}>
      <Total apiUrl={stageOf(context).apiUrl} />
    </Providers>
  ),
} satisfies Meta<Args>

export default meta

const page = z.object({
  results: z.array(z.object({ Name: z.string(), Amount: z.coerce.number(), Date: z.coerce.date() })),
})

const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' })

function Total({ apiUrl }: { apiUrl: string }) {
  const { data, error } = useAuthedQuery({ queryKey: ['total'], url: rowsUrl(apiUrl), schema: page })
  if (error instanceof SchemaError) {
    return (
      <section className="story card" role="alert" aria-label="Schema mismatch">
        <p className="note warn">The API answered with something else than it promised.</p>
        <ul className="issues">
          {error.issues.map(({ message, path = [] }) => (
            <li key={path.join('.')}>
              <code>{path.join('.')}</code> {message}
            </li>
          ))}
        </ul>
      </section>
    )
  }
  if (!data) return <p role="status">Loading …</p>
  const total = data.results.reduce((sum, { Amount }) => sum + Amount, 0)
  const first = Math.min(...data.results.map((order) => order.Date.getTime()))
  return (
    <section className="story card" aria-label="Total">
      <p>
        {data.results.length} orders since {new Date(first).getUTCFullYear()}, {money.format(total)} in all.
      </p>
    </section>
  )
}

/** Amounts come as text and dates as text; the schema makes numbers and dates of them. */
export const Matching: StoryObj<Args> = {
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('5 orders since 2025, €856.90 in all.')).toBeVisible()
  },
}

/** The error says which members are not what they should be. It is no reason to ask again, nor to sign anybody out. */
export const Mismatch: StoryObj<Args> = {
  args: { answer: 'broken' },
  play: async ({ canvas, ...context }) => {
    const { server, client } = stageOf(context)
    await expect(await canvas.findByRole('alert')).toHaveTextContent('results.0.Name')
    await expect(client.getState().status).toBe('authenticated')
    await expect(server.counts).toMatchObject({ resources: 1, refreshes: 0 })
  },
}
