import type { Meta, StoryObj } from '@storybook/react-vite'
import { keepPreviousData, QueryClientProvider } from '@tanstack/react-query'
import { AuthProvider, useAuthedQuery } from 'authed'
import { useState } from 'react'
import { expect, waitFor } from 'storybook/test'
import { stageOf } from './stage/stage.ts'

/**
 * `useQuery` for data behind the session: the header is attached, the token refreshed where needed, and no user sees
 * another's rows.
 */
const meta = {
  title: 'Query/useAuthedQuery',
  parameters: { session: 'signed-in' },
  render: (_, context) => {
    const { client, queryClient, apiUrl } = stageOf(context)
    return (
      <QueryClientProvider client={queryClient}>
        <AuthProvider client={client}>
          <Orders apiUrl={apiUrl} />
        </AuthProvider>
      </QueryClientProvider>
    )
  },
} satisfies Meta

export default meta

interface Page {
  count: number
  results: { id: number; Name: string; City: string; Amount: string; Owner: string }[]
}

function Orders({ apiUrl }: { apiUrl: string }) {
  const [page, setPage] = useState(1)
  const orders = useAuthedQuery({
    queryKey: ['orders', page],
    url: `${apiUrl}/api/database/rows/table/1/?user_field_names=true&size=5&page=${page}`,
    select: ({ count, results }: Page) => ({ pages: count / 5, rows: results }),
    placeholderData: keepPreviousData,
  })
  if (!orders.data) return <p role="status">Loading …</p>
  return (
    <section className="story">
      <div className="card rows">
        <table aria-label={`Orders, page ${page} of ${orders.data.pages}`}>
          <thead>
            <tr>
              <th scope="col">No.</th>
              <th scope="col">Name</th>
              <th scope="col">City</th>
              <th scope="col">Amount</th>
            </tr>
          </thead>
          <tbody>
            {orders.data.rows.map(({ id, Name, City, Amount }) => (
              <tr key={id}>
                <td>{id}</td>
                <td>{Name}</td>
                <td>{City}</td>
                <td>{Amount}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="ways">
        <button type="button" className="button" onClick={() => setPage(page + 1)}>
          Next page
        </button>
        <button type="button" className="button" onClick={() => orders.refetch()}>
          Load again
        </button>
      </div>
    </section>
  )
}

/** Pages through the rows; then every token is declared dead, and the table does not notice. */
export const Table: StoryObj = {
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByRole('cell', { name: 'Ada Byron' })).toBeVisible()
    await expect(canvas.getAllByRole('row')).toHaveLength(6)
    await userEvent.click(canvas.getByRole('button', { name: 'Next page' }))
    await expect(await canvas.findByRole('cell', { name: '6' })).toBeVisible()

    const { resources } = server.counts
    server.expireAccessTokens()
    await userEvent.click(canvas.getByRole('button', { name: 'Load again' }))
    await expect(canvas.getByRole('cell', { name: '6' })).toBeVisible()
    await waitFor(() => expect(server.counts.resources).toBe(resources + 2))
    await expect(server.counts).toMatchObject({ unauthorized: 1, refreshes: 1, reuseDetections: 0 })
    await expect(canvas.getAllByRole('row')).toHaveLength(6)
  },
}
