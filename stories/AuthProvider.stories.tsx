import type { Meta, StoryObj } from '@storybook/react-vite'
import { AuthPending, AuthProvider, SignedIn, SignedOut, useAuthClient, useAuthState } from 'authed'
import { expect } from 'storybook/test'
import { ada, stageOf } from './stage/stage.ts'

/**
 * Gives the client to the hooks below it, restores the session, follows it over all tabs and refreshes the token ahead.
 * The gates `SignedIn`, `SignedOut` and `AuthPending` show what belongs to each state.
 */
const meta = {
  title: 'React/AuthProvider',
  component: AuthProvider,
  render: (_, context) => (
    <AuthProvider client={stageOf(context).client}>
      <div className="story card">
        <AuthPending>
          <p>Looking for a session …</p>
        </AuthPending>
        <SignedOut>
          <Welcome />
        </SignedOut>
        <SignedIn>
          <Member />
        </SignedIn>
      </div>
    </AuthProvider>
  ),
} satisfies Meta

export default meta

function Welcome() {
  const { signIn } = useAuthClient()
  return (
    <>
      <p>Nobody is signed in.</p>
      <div className="ways">
        <button type="button" className="button primary" onClick={() => signIn(ada)}>
          Sign in as Ada
        </button>
      </div>
    </>
  )
}

function Member() {
  const { signOut } = useAuthClient()
  const userId = useAuthState((state) => state.userId)
  return (
    <>
      <p>User {userId} is signed in.</p>
      <div className="ways">
        <button type="button" className="button" onClick={signOut}>
          Sign out
        </button>
      </div>
    </>
  )
}

/** Signs in, out, and in again. */
export const Gates: StoryObj = {
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    const signIn = () => canvas.findByRole('button', { name: 'Sign in as Ada' })
    await expect(await canvas.findByText('Nobody is signed in.')).toBeVisible()
    await userEvent.click(await signIn())
    await expect(await canvas.findByText('User 1 is signed in.')).toBeVisible()
    await expect(canvas.queryByText('Nobody is signed in.')).toBeNull()
    await userEvent.click(canvas.getByRole('button', { name: 'Sign out' }))
    await userEvent.click(await signIn())
    await expect(await canvas.findByText('User 1 is signed in.')).toBeVisible()
    await expect(server.counts.signIns).toBe(2)
  },
}
