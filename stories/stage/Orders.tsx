import { AuthPending, SignedIn, SignedOut, useAuthedQuery } from 'authed'
import type { Row } from 'authed/testing'
import { RowsBody } from '../../demo/app/table/RowsBody.tsx'
import { Welcome } from './Welcome.tsx'

/** A page of rows, as the API answers. */
export interface Page {
  count: number
  next: string | null
  results: Row[]
}

/** Where a stage's API has rows. */
export const rowsUrl = (apiUrl: string, words = 'size=5') =>
  `${apiUrl}/api/database/rows/table/1/?user_field_names=true&${words}`

const titles = { id: 'No.', name: 'Name', city: 'City', date: 'Date', status: 'Status', amount: 'Amount' }

/** The heads of the columns that {@link RowsBody} fills. */
export const RowsHead = () => (
  <thead>
    <tr>
      {Object.entries(titles).map(([column, title]) => (
        <th key={column} scope="col" className={`column-${column}`}>
          {title}
        </th>
      ))}
    </tr>
  </thead>
)

/** A small app: the orders of whoever is signed in. */
export const OrdersApp = ({ apiUrl }: { apiUrl: string }) => (
  <>
    <AuthPending>
      <p className="card" role="status">
        Looking for a session …
      </p>
    </AuthPending>
    <SignedOut>
      <Welcome />
    </SignedOut>
    <SignedIn>
      <Orders apiUrl={apiUrl} />
    </SignedIn>
  </>
)

function Orders({ apiUrl }: { apiUrl: string }) {
  const { data, isError, isFetching, refetch } = useAuthedQuery({
    queryKey: ['orders'],
    url: rowsUrl(apiUrl),
    select: (page: Page) => page.results,
  })
  return (
    <section className="rows card" aria-label="Orders">
      <div className="rows-head">
        <h2>Orders</h2>
        <p className="muted">{data?.[0] && `of ${data[0].Owner}`}</p>
        <button type="button" className="button" onClick={() => refetch()}>
          Load again
        </button>
      </div>
      {isError && (
        <p className="note warn" role="alert">
          {data ? 'The API does not answer. These are the rows of before.' : 'The API does not answer.'}
        </p>
      )}
      {data ? (
        <table aria-label="Orders" aria-busy={isFetching}>
          <RowsHead />
          <RowsBody rows={data} />
        </table>
      ) : (
        !isError && (
          <p className="empty-rows" role="status">
            Loading the orders …
          </p>
        )
      )}
    </section>
  )
}
