import type { Meta, StoryObj } from '@storybook/react-vite'
import { AuthProvider, useAccessToken } from 'authed'
import { expect, waitFor } from 'storybook/test'
import { stageOf } from './stage/stage.ts'

/**
 * The state of the session and its verbs. `getAccessToken()` hands out a token that is valid, and refreshes where it
 * must; the component renders again at each rotation.
 */
const meta = {
  title: 'React/useAccessToken',
  parameters: { session: 'signed-in', server: { accessTokenLifetime: 60_000 } },
  render: (_, context) => (
    <AuthProvider client={stageOf(context).client}>
      <Token />
    </AuthProvider>
  ),
} satisfies Meta

export default meta

function Token() {
  const { status, refreshStatus, userId, revision, obtainedAt = 0, expiresAt = 0, refresh } = useAccessToken()
  const facts = {
    Status: status,
    Refresh: refreshStatus,
    User: userId,
    'Token no.': revision,
    Lives: `${Math.round((expiresAt - obtainedAt) / 1000)} s`,
  }
  return (
    <section className="story card" aria-label="Access token">
      <dl className="facts">
        {Object.entries(facts).map(([name, fact]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
      <div className="ways">
        <button type="button" className="button" onClick={() => refresh()}>
          Refresh
        </button>
      </div>
    </section>
  )
}

/** Each refresh brings the next token; its text is nowhere on the page. */
export const Rotation: StoryObj = {
  play: async ({ canvas, canvasElement, userEvent, ...context }) => {
    const { server, client } = stageOf(context)
    const fact = (name: string) => canvas.getByText(name).nextElementSibling
    await expect(fact('Status')).toHaveTextContent('authenticated')
    await expect(fact('Token no.')).toHaveTextContent('1')
    const former = await client.getAccessToken()
    await userEvent.click(canvas.getByRole('button', { name: 'Refresh' }))
    await waitFor(() => expect(fact('Token no.')).toHaveTextContent('2'))
    await expect(server.counts.refreshes).toBe(1)
    await expect(await client.getAccessToken()).not.toBe(former)
    await expect(canvasElement.outerHTML).not.toContain(former)
    await expect(canvasElement.outerHTML).not.toContain(await client.getAccessToken())
  },
}
