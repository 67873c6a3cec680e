import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useAuthedInfiniteQuery } from 'authed'
import type { Row } from 'authed/testing'
import { type RefObject, useEffect } from 'react'
import { type Page, rowsUrl } from '../stage/Orders.tsx'

const features = tableFeatures({})
const column = createColumnHelper<typeof features, Row>()
const columns = column.columns([
  column.accessor('id', { header: 'No.', cell: ({ getValue }) => getValue().toLocaleString('en') }),
  column.accessor('Name', { header: 'Name' }),
  column.accessor('City', { header: 'City' }),
  column.accessor('Date', { header: 'Date' }),
  column.accessor('Status', {
    header: 'Status',
    cell: ({ getValue }) => <span className={`pill ${getValue()}`}>{getValue()}</span>,
  }),
  column.accessor('Amount', { header: 'Amount' }),
])
const none: Row[] = []
const rowHeight = 37
const pageSize = 200

/** All rows that were loaded, of which only those in sight are in the page; whoever nears the end gets more. */
export function InfiniteTable({ apiUrl, scroller }: { apiUrl: string; scroller: RefObject<HTMLElement | null> }) {
  const { data, hasNextPage, isFetching, fetchNextPage } = useAuthedInfiniteQuery({
    queryKey: ['orders'],
    url: rowsUrl(apiUrl, `size=${pageSize}`),
    select: ({ pages }: { pages: Page[] }) => ({
      count: pages[0]?.count ?? 0,
      rows: pages.flatMap(({ results }) => results),
    }),
  })
  const table = useTable({ features, columns, data: data?.rows ?? none })
  const { rows } = table.getRowModel()
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    // React renders by itself in time; flushing in the midst of a render is an error to it.
    useFlushSync: false,
  })
  const items = virtualizer.getVirtualItems()
  const last = items.at(-1)
  const isNearEnd = last !== undefined && last.index >= rows.length - pageSize / 4
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetching) void fetchNextPage()
  }, [isNearEnd, hasNextPage, isFetching, fetchNextPage])

  const count = data?.count ?? 0
  return (
    <section className="rows card" aria-label="Orders">
      <div className="rows-head">
        <h2>Orders</h2>
        <p className="muted" role="status">
          {data ? `${rows.length} of ${count.toLocaleString('en')} loaded` : 'Loading …'}
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={scroller} className="infinite" tabIndex={0} aria-label="Scrolling orders">
        <table aria-label="Orders" aria-rowcount={count + 1} aria-busy={isFetching}>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header) => (
                  <th key={header.id} scope="col" className={`column-${header.id.toLowerCase()}`}>
                    <table.FlexRender header={header} />
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            <Gap height={items[0]?.start ?? 0} />
            {items.map(({ index }) => (
              <tr key={index} aria-rowindex={index + 2}>
                {rows[index]?.getAllCells().map((cell) => (
                  <td key={cell.id} className={`column-${cell.column.id.toLowerCase()}`}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
            <Gap height={virtualizer.getTotalSize() - (last?.end ?? 0)} />
          </tbody>
        </table>
      </section>
    </section>
  )
}

/** Stands for the rows that are out of sight. */
const Gap = ({ height }: { height: number }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row takes no focus
  <tr aria-hidden="true" className="gap">
    <td colSpan={columns.length} style={{ height }} />
  </tr>
)
