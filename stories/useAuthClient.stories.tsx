import type { Meta, StoryObj } from '@storybook/react-vite'
import { AuthProvider, useAuthClient } from 'authed'
import { useRef, useState } from 'react'
import { expect, waitFor } from 'storybook/test'
import { Facts } from './stage/Facts.tsx'
import { type Page, rowsUrl } from './stage/Orders.tsx'
import { fact } from './stage/seen.ts'
import { stageOf } from './stage/stage.ts'
import { Ways } from './stage/Ways.tsx'

/**
 * The client itself: its verbs, `fetch` with the token attached, and `inspect()`. A component that takes only the client
 * never renders again because of the token.
 */
const meta = {
  title: 'React/useAuthClient',
  parameters: { session: 'signed-in' },
  render: (_, context) => {
    const { client, apiUrl } = stageOf(context)
    return (
      <AuthProvider client={client}>
        <Counting apiUrl={apiUrl} />
      </AuthProvider>
    )
  },
} satisfies Meta

export default meta

function Counting({ apiUrl }: { apiUrl: string }) {
  const client = useAuthClient()
  const renders = useRef(0)
  renders.current++
  const [count, setCount] = useState<number>()
  const { storage, lock } = client.inspect()
  async function countOrders() {
    const response = await client.fetch(rowsUrl(apiUrl, 'size=1'))
    const page: Page = await response.json()
    setCount(page.count)
  }
  return (
    <section className="story card" aria-label="Client">
      <Facts
        facts={{ Storage: `${storage.name}, for the whole ${storage.reach}`, Lock: lock, Rendered: renders.current }}
      />
      <Ways
        ways={[
          ['Count my orders', countOrders],
          ['Refresh', client.refresh],
        ]}
      />
      <p>{count === undefined ? 'Not counted yet.' : `There are ${count} orders.`}</p>
    </section>
  )
}

/** A request with the token attached, by hand; the rotation before it renders nothing. */
export const Fetch: StoryObj = {
  play: async ({ canvas, userEvent, ...context }) => {
    const { server, client } = stageOf(context)
    const rendered = fact(canvas, 'Rendered')?.textContent
    await userEvent.click(canvas.getByRole('button', { name: 'Refresh' }))
    await waitFor(() => expect(client.getState().revision).toBe(2))
    await expect(fact(canvas, 'Rendered')?.textContent).toBe(rendered)
    await userEvent.click(canvas.getByRole('button', { name: 'Count my orders' }))
    await expect(await canvas.findByText('There are 1000 orders.')).toBeVisible()
    await expect(server.log.at(-1)).toMatchObject({ kind: 'resource', authorization: 'sent', status: 200, user: 1 })
  },
}
