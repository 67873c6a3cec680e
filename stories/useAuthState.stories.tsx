import type { Meta, StoryObj } from '@storybook/react-vite'
import { AuthProvider, type AuthState, useAuthState } from 'authed'
import { useRef } from 'react'
import { expect, waitFor } from 'storybook/test'
import { stageOf } from './stage/stage.ts'
import { Ways } from './stage/Ways.tsx'

const selectors = {
  '(state) => state.status': (state: AuthState) => state.status,
  '({ userId, endReason }) => ({ userId, endReason })': ({ userId, endReason }: AuthState) => ({ userId, endReason }),
  '(state) => state.revision': (state: AuthState) => state.revision,
}

/**
 * A part of the session's state. The component renders again only when that part changes; an object counts as unchanged
 * while its members are.
 */
const meta = {
  title: 'React/useAuthState',
  parameters: { session: 'signed-in', server: { accessTokenLifetime: 60_000 } },
  render: (_, context) => {
    const { client } = stageOf(context)
    return (
      <AuthProvider client={client}>
        <div className="story">
          <ul className="gates">
            {Object.keys(selectors).map((code) => (
              <Reader key={code} code={code as keyof typeof selectors} />
            ))}
          </ul>
          <Ways ways={[['Refresh', client.refresh]]} />
        </div>
      </AuthProvider>
    )
  },
} satisfies Meta

export default meta

function Reader({ code }: { code: keyof typeof selectors }) {
  const renders = useRef(0)
  renders.current++
  const selected = useAuthState<unknown>(selectors[code])
  return (
    <li aria-label={code}>
      <code>{code}</code>
      <p className="muted">is {JSON.stringify(selected)}</p>
      <p>
        rendered <strong className="renders">{renders.current}</strong>
      </p>
    </li>
  )
}

/** Three rotations: only what reads the number of the token renders again. */
export const Quiet: StoryObj = {
  play: async ({ canvas, userEvent, ...context }) => {
    const { client } = stageOf(context)
    const [status, user, revision] = canvas.getAllByRole('listitem') as [HTMLElement, HTMLElement, HTMLElement]
    const renders = (reader: HTMLElement) => Number(reader.querySelector('.renders')?.textContent)
    await waitFor(() => expect(revision).toHaveTextContent('is 1'))
    const before = [status, user, revision].map(renders) as [number, number, number]
    for (const next of [2, 3, 4]) {
      await userEvent.click(canvas.getByRole('button', { name: 'Refresh' }))
      await waitFor(() => expect(revision).toHaveTextContent(`is ${next}`))
    }
    await waitFor(() => expect(client.getState().refreshStatus).toBe('idle'))
    await expect([status, user, revision].map(renders)).toEqual([before[0], before[1], before[2] + 3])
  },
}
