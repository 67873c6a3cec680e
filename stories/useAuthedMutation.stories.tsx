import type { Meta, StoryObj } from '@storybook/react-vite'
import { useAuthedMutation } from 'authed'
import type { Row } from 'authed/testing'
import { type FormEvent, useId, useState } from 'react'
import { expect } from 'storybook/test'
import { Providers } from './stage/Providers.tsx'
import { stageOf } from './stage/stage.ts'

/** `useMutation` with the header attached. What one user has started is never sent as another. */
const meta = {
  title: 'Query/useAuthedMutation',
  parameters: { session: 'signed-in', dialect: 'json' },
  render: (_, context) => (
    <Providers stage={stageOf(context)}>
      <NewOrder apiUrl={stageOf(context).apiUrl} />
    </Providers>
  ),
} satisfies Meta

export default meta

function NewOrder({ apiUrl }: { apiUrl: string }) {
  const field = useId()
  const [name, setName] = useState('Radia Costa')
  const order = useAuthedMutation({
    mutationFn: async (name: string, { authFetch }): Promise<Row> => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ Name: name })
      return (await authFetch(`${apiUrl}/api/rows`, { method: 'POST', headers, body })).json()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    order.mutate(name)
  }
  return (
    <form className="story card" aria-label="New order" onSubmit={submit}>
      <label className="field" htmlFor={field}>
        Name
        <input id={field} value={name} onChange={({ target }) => setName(target.value)} />
      </label>
      <div className="ways">
        <button type="submit" className="button primary" disabled={order.isPending}>
          Order
        </button>
      </div>
      <p role="status">
        {order.isIdle && 'Nothing ordered yet.'}
        {order.isPending && 'Ordering …'}
        {order.data && `Order no. ${order.data.id} for ${order.data.Name}, entered by ${order.data.Owner}.`}
      </p>
    </form>
  )
}

/** Types a name, sends it, and shows what the API made of it. */
export const Send: StoryObj = {
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    const name = canvas.getByRole('textbox', { name: 'Name' })
    await userEvent.clear(name)
    await userEvent.type(name, 'Tim Laine')
    await userEvent.click(canvas.getByRole('button', { name: 'Order' }))
    await expect(await canvas.findByText('Order no. 1001 for Tim Laine, entered by Ada Lovelace.')).toBeVisible()
    await expect(server.log.at(-1)).toMatchObject({ method: 'POST', status: 201, authorization: 'sent', user: 1 })
  },
}
