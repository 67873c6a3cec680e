import { type AuthState, useAuthState } from 'authed'

const newsOf = ({ status, endReason, failureCount }: AuthState) => {
  if (status === 'pending') return 'Restoring the session.'
  if (status === 'unauthenticated') return endReason ? 'You are signed out.' : 'Sign in to see the rows.'
  return failureCount > 0 ? 'The token cannot be refreshed for now. You stay signed in.' : 'You are signed in.'
}

/** Tells those who do not see the screen what has become of the session; rotations are not worth a word. */
export const SessionNews = () => (
  <p className="visually-hidden" role="status">
    {useAuthState(newsOf)}
  </p>
)
