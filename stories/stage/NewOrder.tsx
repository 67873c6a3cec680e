import { useAuthedMutation } from 'authed'
import type { Row } from 'authed/testing'
import { type FormEvent, useId, useState } from 'react'

/** A form that adds an order. */
export function NewOrder({ apiUrl }: { apiUrl: string }) {
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
