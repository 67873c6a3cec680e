import { AuthPending, SignedIn, SignedOut, useAuthState } from 'authed'
import { Banner } from './Banner.tsx'
import { Counters } from './Counters.tsx'
import { Events } from './Events.tsx'
import { Header } from './Header.tsx'
import { Life } from './life/Life.tsx'
import { SessionNews } from './SessionNews.tsx'
import { SignIn } from './SignIn.tsx'
import { Trouble } from './Trouble.tsx'
import { RowsTable } from './table/RowsTable.tsx'
import { TableSkeleton } from './table/TableSkeleton.tsx'

/** One page: above the life of the token, below what it is for, beside it what can be done to it. */
export function App() {
  const userId = useAuthState((state) => state.userId)
  return (
    <>
      <Header />
      <SessionNews />
      <main className="page">
        <AuthPending>
          <TableSkeleton />
        </AuthPending>
        <SignedOut>
          <SignIn />
        </SignedOut>
        <SignedIn>
          <Banner />
          <Life />
          <RowsTable key={userId} />
          <aside className="side" aria-label="Behind the scenes">
            <Trouble />
            <Counters />
            <Events />
          </aside>
        </SignedIn>
      </main>
    </>
  )
}
