import type { Meta, StoryObj } from '@storybook/react-vite'
import { type PageStep, useAuthedInfiniteQuery } from 'authed'
import { expect, waitFor } from 'storybook/test'
import { RowsBody } from '../demo/app/table/RowsBody.tsx'
import { type Page, RowsHead, rowsUrl } from './stage/Orders.tsx'
import { Providers } from './stage/Providers.tsx'
import { stageOf } from './stage/stage.ts'

interface Args {
  /** How the next page is found: by the answer's `next` link, or by counting up. */
  pages: PageStep
}

/** `useInfiniteQuery` for pages of rows behind the session. With a `url` it finds the next page by itself. */
const meta = {
  title: 'Query/useAuthedInfiniteQuery',
  parameters: { session: 'signed-in', server: { rowCount: 14 } },
  args: { pages: 'link' },
  argTypes: { pages: { control: 'inline-radio', options: ['link', 'number'] } },
  render: ({ pages }, context) => (
    <Providers stage={stageOf(context)}>
      <Orders apiUrl={stageOf(context).apiUrl} pages={pages} />
    </Providers>
  ),
} satisfies Meta<Args>

export default meta

function Orders({ apiUrl, pages }: { apiUrl: string; pages: PageStep }) {
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage } = useAuthedInfiniteQuery({
    queryKey: ['orders', pages],
    url: rowsUrl(apiUrl),
    pages,
    select: ({ pages }: { pages: Page[] }) => ({
      rows: pages.flatMap(({ results }) => results),
      count: pages[0]?.count,
    }),
  })
  if (!data) return <p role="status">Loading …</p>
  return (
    <section className="story" aria-label="Orders">
      <div className="card rows">
        <table aria-label="Orders">
          <RowsHead />
          <RowsBody rows={data.rows} />
        </table>
      </div>
      <div className="ways">
        <p role="status">
          {data.rows.length} of {data.count} orders
        </p>
        {hasNextPage && (
          <button
            type="button"
            className="button primary"
            disabled={isFetchingNextPage}
            onClick={() => fetchNextPage()}
          >
            More
          </button>
        )}
      </div>
    </section>
  )
}

/** Page after page until there is no next one. */
export const More: StoryObj<Args> = {
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByText('5 of 14 orders')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'More' }))
    await expect(await canvas.findByText('10 of 14 orders')).toBeVisible()
    await waitFor(() => expect(canvas.getByRole('button', { name: 'More' })).toBeEnabled())
    await userEvent.click(canvas.getByRole('button', { name: 'More' }))
    await expect(await canvas.findByText('14 of 14 orders')).toBeVisible()
    await expect(canvas.queryByRole('button', { name: 'More' })).toBeNull()
    await expect(canvas.getAllByRole('row')).toHaveLength(14 + 1)
    await expect(server.counts).toMatchObject({ resources: 3, unauthorized: 0 })
  },
}

/** The same by numbers, for APIs whose links a proxy spoils. */
export const ByNumber: StoryObj<Args> = { name: 'By number', args: { pages: 'number' }, play: More.play }
