import { useAuthClient } from 'authed'
import { useState } from 'react'
import { type Command, command, useControl } from './control.ts'

const invitation = 'Choose one and watch the bar, the counters and the events.'

/** Buttons that do to the token what life does to it. */
export function Trouble() {
  const client = useAuthClient()
  const { isDown } = useControl()
  const [news, setNews] = useState(invitation)
  const act = (done: string, action: () => Promise<unknown>) => () =>
    action().then(
      () => setNews(done),
      (error: Error) => setNews(error.message),
    )
  const order = (name: Command, done: string) => act(done, () => command(name))
  return (
    <section className="card" aria-labelledby="trouble">
      <h2 id="trouble">Make trouble</h2>
      <div className="trouble">
        {isDown ? (
          <button type="button" className="button primary" onClick={order('up', 'The API is up again.')}>
            Bring API up
          </button>
        ) : (
          <button type="button" className="button" onClick={order('down', invitation)}>
            Take API down
          </button>
        )}
        <button type="button" className="button" onClick={act('There is a new token.', client.refresh)}>
          Rotate now
        </button>
        <button
          type="button"
          className="button"
          onClick={order('expire', 'The rows earned a 401, one refresh, one replay. The table did not notice.')}
        >
          Expire tokens
        </button>
        <button
          type="button"
          className="button danger"
          onClick={act('The session is over.', async () => {
            await command('revoke')
            await client.refresh()
          })}
        >
          Revoke session
        </button>
      </div>
      <p className="muted" role="status">
        {isDown ? 'The API answers 503 to everything.' : news}
      </p>
    </section>
  )
}
