import { SignedIn, useAuthClient, useAuthState } from 'authed'
import { TabChip } from './tabs/TabChip.tsx'
import { useTabs } from './tabs/tabs.ts'

/** Who this is: the package, the tab, the user. */
export function Header() {
  const { own, others } = useTabs()
  return (
    <header className="header">
      <p className="wordmark">
        authed <span>the life of a token</span>
      </p>
      <div className="header-tabs">
        <span className="muted">This tab</span>
        <TabChip name={own.name} />
        {others.length > 0 && <span className="muted">in step with</span>}
        {others.map(({ id, name }) => (
          <TabChip key={id} name={name} />
        ))}
      </div>
      <SignedIn>
        <User />
      </SignedIn>
    </header>
  )
}

function User() {
  const client = useAuthClient()
  useAuthState((state) => state.userId)
  return (
    <div className="user">
      <span className="user-name">{String(client.inspect().claims?.name ?? 'Signed in')}</span>
      <button type="button" className="button quiet" onClick={() => client.signOut()}>
        Sign out
      </button>
    </div>
  )
}
