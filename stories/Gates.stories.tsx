import type { Meta, StoryObj } from '@storybook/react-vite'
import { AuthPending, AuthProvider, SignedIn, SignedOut, useAuthState } from 'authed'
import { createFakeClock } from 'authed/testing'
import { expect, waitFor } from 'storybook/test'
import { stageOf } from './stage/stage.ts'
import { Ways } from './stage/Ways.tsx'

const gates = { AuthPending, SignedOut, SignedIn }
const sentences = {
  AuthPending: 'What is stored is being read.',
  SignedOut: 'Nobody is signed in.',
  SignedIn: 'Somebody is signed in.',
}

/**
 * `AuthPending`, `SignedOut` and `SignedIn` show what is inside them while the session is in that state. At any moment
 * exactly one of them is open.
 */
const meta = { title: 'React/Gates' } satisfies Meta

export default meta

const Gates = () => (
  <ul className="gates">
    {Object.entries(gates).map(([name, Gate]) => (
      <li key={name}>
        <code>{`<${name}>`}</code>
        <Gate>
          <p className="note">{sentences[name as keyof typeof gates]}</p>
        </Gate>
      </li>
    ))}
  </ul>
)

/** The storage does not answer yet, so nobody knows: only `AuthPending` is open. */
export const Pending: StoryObj = {
  parameters: {
    client: {
      clock: createFakeClock(),
      storage: { name: 'silent', reach: 'tab', get: () => new Promise(() => {}), set() {}, remove() {} },
    },
  },
  render: (_, context) => (
    <AuthProvider client={stageOf(context).client}>
      <div className="story">
        <Gates />
      </div>
    </AuthProvider>
  ),
  play: async ({ canvas }) => {
    await expect(canvas.getByText(sentences.AuthPending)).toBeVisible()
    await expect(canvas.getAllByText(/\.$/)).toHaveLength(1)
  },
}

/** Nobody is signed in: only `SignedOut` is open. */
export const Out: StoryObj = {
  render: Pending.render,
  play: async ({ canvas }) => {
    await expect(await canvas.findByText(sentences.SignedOut)).toBeVisible()
    await expect(canvas.getAllByText(/\.$/)).toHaveLength(1)
  },
}

/** `SignedIn` stays open while the token cannot be refreshed: a failing network ends no session. */
export const In: StoryObj = {
  parameters: { session: 'signed-in', client: { retry: 0 } },
  render: (_, context) => {
    const { client, server } = stageOf(context)
    const refreshInto503 = () => {
      server.setHealth('503')
      return client.refresh().finally(server.heal)
    }
    return (
      <AuthProvider client={client}>
        <div className="story">
          <Gates />
          <Failures />
          <Ways ways={[['Refresh into a 503', refreshInto503]]} />
        </div>
      </AuthProvider>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    await expect(await canvas.findByText(sentences.SignedIn)).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Refresh into a 503' }))
    await waitFor(() => expect(canvas.getByText('Failed refreshes: 1')).toBeVisible())
    await expect(canvas.getByText(sentences.SignedIn)).toBeVisible()
    await expect(canvas.queryByText(sentences.SignedOut)).toBeNull()
    await expect(server.counts.refreshes).toBe(1)
  },
}

const Failures = () => <p className="muted">Failed refreshes: {useAuthState((state) => state.failureCount)}</p>
