import { SignedIn, useAuthedSuspenseQuery } from 'authed'
import { Suspense } from 'react'
import { RowsBody } from '../../demo/app/table/RowsBody.tsx'
import { TableSkeleton } from '../../demo/app/table/TableSkeleton.tsx'
import { type Page, RowsHead, rowsUrl } from './Orders.tsx'

/** Orders that suspend until they are there. */
export const SuspendingOrders = ({ apiUrl }: { apiUrl: string }) => (
  <SignedIn>
    <div className="card rows">
      <Suspense fallback={<TableSkeleton />}>
        <Orders apiUrl={apiUrl} />
      </Suspense>
    </div>
  </SignedIn>
)

function Orders({ apiUrl }: { apiUrl: string }) {
  const { data } = useAuthedSuspenseQuery({ queryKey: ['orders'], url: rowsUrl(apiUrl), select: (page: Page) => page })
  return (
    <table aria-label={`The first of ${data.count} orders`}>
      <RowsHead />
      <RowsBody rows={data.results} />
    </table>
  )
}
