import { StrictMode, useEffect, useRef, useState } from 'react'
import { hydrateRoot, type Root } from 'react-dom/client'
import { renderToString } from 'react-dom/server.browser'
import { OrdersApp } from '../stage/Orders.tsx'
import { Providers } from '../stage/Providers.tsx'
import { Situation } from '../stage/Situation.tsx'
import type { Stage } from '../stage/stage.ts'

const App = ({ stage }: { stage: Stage }) => (
  <StrictMode>
    <Providers stage={stage}>
      <OrdersApp apiUrl={stage.apiUrl} />
    </Providers>
  </StrictMode>
)

/** The server's page, and the same page once it runs in the browser. */
export function Hydration({ stage }: { stage: Stage }) {
  const place = useRef<HTMLDivElement>(null)
  const root = useRef<Root>(undefined)
  const [html, setHtml] = useState('')
  const [complaints, setComplaints] = useState<string[]>()

  // Not while rendering: React does not render a page within a page.
  useEffect(() => {
    const sent = renderToString(<App stage={stage} />)
    if (place.current) place.current.innerHTML = sent
    setHtml(sent)
    return () => queueMicrotask(() => root.current?.unmount())
  }, [stage])

  function hydrate() {
    if (!place.current || root.current) return
    setComplaints([])
    const note = (error: unknown) => setComplaints((former = []) => [...former, String(error)])
    root.current = hydrateRoot(place.current, <App stage={stage} />, { onRecoverableError: note })
  }

  return (
    <Situation
      stage={stage}
      says="A server knows nobody: it renders what AuthPending holds. The browser's first render says the same, though it knows the session already, so React finds no difference; then the rows come."
      ways={[['Hydrate', hydrate]]}
    >
      <section className="card served" aria-label="Sent by the server">
        <h2>Sent by the server</h2>
        <pre>{html}</pre>
        <p role="status">
          {complaints === undefined
            ? 'Not hydrated yet.'
            : complaints.length
              ? complaints.join(' ')
              : 'Hydrated. React found no difference.'}
        </p>
      </section>
      <div ref={place} />
    </Situation>
  )
}
