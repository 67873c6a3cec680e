import { type BaserowCredentials, type EndReason, useAuthClient, useAuthState } from 'authed'
import { ada } from './stage.ts'

const endings: Record<EndReason, string> = {
  'signed-out': 'You have signed out.',
  'signed-out-elsewhere': 'The session has ended in another tab.',
  rejected: 'The server has ended the session.',
  expired: 'The session has reached its end.',
}

/** What stands in place of the orders while nobody is signed in, and why that is. */
export function Welcome() {
  const { signIn } = useAuthClient<BaserowCredentials>()
  const endReason = useAuthState((state) => state.endReason)
  return (
    <section className="card welcome" aria-label="Sign in">
      <p>{endReason ? endings[endReason] : 'Nobody is signed in.'}</p>
      <button type="button" className="button primary" onClick={() => signIn(ada)}>
        Sign in as Ada
      </button>
    </section>
  )
}
