import type { Meta, StoryObj } from '@storybook/react-vite'
import { keepPreviousData } from '@tanstack/react-query'
import { useAuthedQuery } from 'authed'
import { useState } from 'react'
import { expect, waitFor } from 'storybook/test'
import { RowsBody } from '../demo/app/table/RowsBody.tsx'
import { Facts } from './stage/Facts.tsx'
import { type Page, RowsHead, rowsUrl } from './stage/Orders.tsx'
import { Providers } from './stage/Providers.tsx'
import { fact } from './stage/seen.ts'
import { stageOf } from './stage/stage.ts'

/**
 * `useQuery` for data behind the session: the header is attached, the token refreshed where needed, and no user sees
 * another's rows. For the common case a `url` is enough; a `queryFn` gets `authFetch`.
 */
const meta = {
  title: 'Query/useAuthedQuery',
  parameters: { session: 'signed-in' },
} satisfies Meta

export default meta

const size = 5

function Orders({ apiUrl }: { apiUrl: string }) {
  const [page, setPage] = useState(1)
  const orders = useAuthedQuery({
    queryKey: ['orders', page],
    url: rowsUrl(apiUrl, `size=${size}&page=${page}`),
    select: ({ count, results }: Page) => ({ pages: count / size, rows: results }),
    placeholderData: keepPreviousData,
  })
  if (!orders.data) return <p role="status">Loading …</p>
  return (
    <section className="story" aria-label="Orders">
      <div className="card rows">
        <table aria-label={`Orders, page ${page} of ${orders.data.pages}`}>
          <RowsHead />
          <RowsBody rows={orders.data.rows} />
        </table>
      </div>
      <div className="ways">
        <button type="button" className="button primary" onClick={() => setPage(page + 1)}>
          Next page
        </button>
        <button type="button" className="button" onClick={() => orders.refetch()}>
          Load again
        </button>
      </div>
    </section>
  )
}

/** The short form. Pages through the rows; then every token is declared dead, and the table does not notice. */
export const Url: StoryObj = {
  render: (_, context) => (
    <Providers stage={stageOf(context)}>
      <Orders apiUrl={stageOf(context).apiUrl} />
    </Providers>
  ),
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByRole('rowheader', { name: /Ada Byron/ })).toBeVisible()
    await expect(canvas.getAllByRole('row')).toHaveLength(size + 1)
    await userEvent.click(canvas.getByRole('button', { name: 'Next page' }))
    const sixth = await canvas.findByRole('cell', { name: '6' })
    await expect(sixth).toBeVisible()

    const { resources } = server.counts
    server.expireAccessTokens()
    await userEvent.click(canvas.getByRole('button', { name: 'Load again' }))
    await expect(sixth).toBeVisible()
    await waitFor(() => expect(server.counts.resources).toBe(resources + 2))
    await expect(server.counts).toMatchObject({ unauthorized: 1, refreshes: 1, reuseDetections: 0 })
    await expect(canvas.getAllByRole('row')).toHaveLength(size + 1)
  },
}

function Totals({ apiUrl }: { apiUrl: string }) {
  const totals = useAuthedQuery({
    queryKey: ['totals'],
    queryFn: async ({ authFetch, signal }) => {
      const pageOf = async (page: number): Promise<Page> =>
        (await authFetch(rowsUrl(apiUrl, `size=50&page=${page}`), { signal })).json()
      const pages = await Promise.all([1, 2].map(pageOf))
      const rows = pages.flatMap(({ results }) => results)
      const totals = new Map<string, number>()
      for (const { Status } of rows) totals.set(Status, (totals.get(Status) ?? 0) + 1)
      return Object.fromEntries(totals)
    },
  })
  return (
    <section className="story card" aria-label="Orders by status">
      {totals.data ? <Facts facts={totals.data} /> : <p role="status">Counting …</p>}
    </section>
  )
}

/** The long form: a function of one's own, here two requests at once, both with the token. */
export const QueryFunction: StoryObj = {
  name: 'Query function',
  render: (_, context) => (
    <Providers stage={stageOf(context)}>
      <Totals apiUrl={stageOf(context).apiUrl} />
    </Providers>
  ),
  play: async ({ canvas, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByText('paid')).toBeVisible()
    const counts = ['paid', 'open', 'shipped', 'refunded'].map((status) => Number(fact(canvas, status)?.textContent))
    await expect(counts.reduce((sum, count) => sum + count)).toBe(100)
    const requests = server.log.filter(({ kind }) => kind === 'resource')
    await expect(requests.map(({ authorization, status }) => [authorization, status])).toEqual([
      ['sent', 200],
      ['sent', 200],
    ])
  },
}
