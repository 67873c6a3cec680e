import type { Meta, StoryObj } from '@storybook/react-vite'
import { AuthProvider, useAccessToken } from 'authed'
import { expect, waitFor } from 'storybook/test'
import { lifetimeControl } from './stage/controls.ts'
import { Facts } from './stage/Facts.tsx'
import { fact } from './stage/seen.ts'
import { type StageArgs, stageOf } from './stage/stage.ts'

/**
 * The state of the session and its verbs. `getAccessToken()` hands out a token that is valid, and refreshes where it
 * must; the component renders again at each rotation.
 */
const meta = {
  title: 'React/useAccessToken',
  parameters: { session: 'signed-in' },
  args: { lifetime: 60 },
  argTypes: lifetimeControl,
  render: (_, context) => (
    <AuthProvider client={stageOf(context).client}>
      <Token />
    </AuthProvider>
  ),
} satisfies Meta<StageArgs>

export default meta

function Token() {
  const { status, refreshStatus, userId, revision, obtainedAt = 0, expiresAt = 0, refresh } = useAccessToken()
  return (
    <section className="story card" aria-label="Access token">
      <Facts
        facts={{
          Status: status,
          Refresh: refreshStatus,
          User: userId,
          'Token no.': revision,
          Lives: `${Math.round((expiresAt - obtainedAt) / 1000)} s`,
        }}
      />
      <div className="ways">
        <button type="button" className="button primary" onClick={() => refresh()}>
          Refresh
        </button>
      </div>
    </section>
  )
}

/** Each refresh brings the next token; its text is nowhere on the page. */
export const Rotation: StoryObj<StageArgs> = {
  play: async ({ canvas, canvasElement, userEvent, ...context }) => {
    const { server, client } = stageOf(context)
    await expect(fact(canvas, 'Status')).toHaveTextContent('authenticated')
    await expect(fact(canvas, 'Token no.')).toHaveTextContent('1')
    const former = await client.getAccessToken()
    await userEvent.click(canvas.getByRole('button', { name: 'Refresh' }))
    await waitFor(() => expect(fact(canvas, 'Token no.')).toHaveTextContent('2'))
    await expect(server.counts.refreshes).toBe(1)
    await expect(await client.getAccessToken()).not.toBe(former)
    await expect(canvasElement.outerHTML).not.toContain(former)
    await expect(canvasElement.outerHTML).not.toContain(await client.getAccessToken())
  },
}
