import type { Meta, StoryObj } from '@storybook/react-vite'
import { AuthProvider, useAuthClient, useAuthState } from 'authed'
import { expect } from 'storybook/test'
import { Facts } from './stage/Facts.tsx'
import { fact } from './stage/seen.ts'
import { ada, stageOf } from './stage/stage.ts'

/**
 * Gives the client to the hooks below it, restores the session, follows it over all tabs and refreshes the token ahead
 * for as long as it is on screen.
 */
const meta = {
  title: 'React/AuthProvider',
  component: AuthProvider,
  render: (_, context) => (
    <AuthProvider client={stageOf(context).client}>
      <Session />
    </AuthProvider>
  ),
} satisfies Meta

export default meta

function Session() {
  const { signIn, signOut } = useAuthClient()
  const { status, userId = 'nobody' } = useAuthState()
  return (
    <section className="story card" aria-label="Session">
      <Facts facts={{ Status: status, User: userId }} />
      <div className="ways">
        <button type="button" className="button primary" onClick={() => signIn(ada)}>
          Sign in as Ada
        </button>
        <button type="button" className="button" onClick={signOut}>
          Sign out
        </button>
      </div>
    </section>
  )
}

/** What is stored is looked for first; then somebody signs in, out, and in again. */
export const SignInAndOut: StoryObj = {
  name: 'Sign in and out',
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    await expect(await canvas.findByText('unauthenticated')).toBeVisible()
    await press('Sign in as Ada')
    await expect(await canvas.findByText('authenticated')).toBeVisible()
    await expect(fact(canvas, 'User')).toHaveTextContent('1')
    await press('Sign out')
    await expect(await canvas.findByText('unauthenticated')).toBeVisible()
    await press('Sign in as Ada')
    await expect(await canvas.findByText('authenticated')).toBeVisible()
    await expect(server.counts).toMatchObject({ signIns: 2, refreshes: 0 })
  },
}
