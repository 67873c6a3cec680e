import { useEffect, useState } from 'react'
import { Pager } from './Pager.tsx'
import { RowsBody } from './RowsBody.tsx'
import { RowsHead } from './RowsHead.tsx'
import { TableSkeleton } from './TableSkeleton.tsx'
import { useDebounced } from './useDebounced.ts'
import { type Column, pageSize, type RowsQuery, useRows } from './useRows.ts'

const firstQuery: RowsQuery = { page: 1, search: '', column: 'id', direction: 'ascending' }

/** A thousand rows behind a token: searched, sorted and paged by the API. */
export function RowsTable() {
  const [query, setQuery] = useState(firstQuery)
  const [typed, setTyped] = useState('')
  const search = useDebounced(typed, 250)
  useEffect(() => setQuery((query) => (query.search === search ? query : { ...query, search, page: 1 })), [search])
  const { data, error, isPlaceholderData, refetch } = useRows(query)

  const sort = (column: Column) =>
    setQuery(({ column: former, direction, ...rest }) => ({
      ...rest,
      page: 1,
      column,
      direction: former === column && direction === 'ascending' ? 'descending' : 'ascending',
    }))

  const first = (query.page - 1) * pageSize + 1
  const last = Math.min(query.page * pageSize, data?.count ?? 0)
  return (
    <section className="rows card" aria-labelledby="rows">
      <div className="rows-head">
        <h2 id="rows">Orders</h2>
        <p className="muted" role="status">
          {data && (data.count ? `${first}–${last} of ${data.count}` : 'none found')}
        </p>
        <input
          type="search"
          className="search"
          aria-label="Search the orders"
          placeholder="Search name, city, status …"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </div>
      {data?.count ? (
        <div className="rows-scroll" aria-busy={isPlaceholderData}>
          <table aria-labelledby="rows">
            <RowsHead query={query} onSort={sort} />
            <RowsBody rows={data.results} />
          </table>
        </div>
      ) : data ? (
        <div className="empty">
          <p>
            Nothing matches <q>{query.search}</q>.
          </p>
          <button type="button" className="button" onClick={() => setTyped('')}>
            Clear the search
          </button>
        </div>
      ) : error ? (
        <div className="empty">
          <p>These rows have not been loaded yet. They come by themselves as soon as the API answers.</p>
          <button type="button" className="button" onClick={() => refetch()}>
            Try now
          </button>
        </div>
      ) : (
        <TableSkeleton />
      )}
      <Pager
        page={query.page}
        pages={data ? Math.ceil(data.count / pageSize) : query.page}
        onPage={(page) => setQuery({ ...query, page })}
      />
    </section>
  )
}
