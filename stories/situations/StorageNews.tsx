import { useAuthClient, useAuthState } from 'authed'
import { Facts } from '../stage/Facts.tsx'

/** The storage in use, and what is wrong with it. */
export function StorageNews() {
  const { inspect } = useAuthClient()
  useAuthState()
  const { name, error = 'none' } = inspect().storage
  return (
    <section className="card" aria-label="Storage">
      <Facts facts={{ Storage: name, Trouble: error }} />
    </section>
  )
}
