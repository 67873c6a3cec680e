import { QueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { OrdersApp } from '../stage/Orders.tsx'
import { Situation } from '../stage/Situation.tsx'
import type { Stage } from '../stage/stage.ts'

/** How long the storage takes to answer, in milliseconds: long enough to be seen. */
export const slowness = 1_500

/** What a reload leaves of a stage: a storage that takes its time, and an empty cache. */
function reloaded(stage: Stage): Stage {
  const { storage } = stage.tab
  const get = async (key: string) => {
    await new Promise<void>((resolve) => void stage.clock.setTimeout(resolve, slowness))
    return storage.get(key)
  }
  return { ...stage, ...stage.openTab({ storage: { ...storage, get } }), queryClient: new QueryClient() }
}

/** A page that can be reloaded. */
export function Reloading({ stage }: { stage: Stage }) {
  const [page, setPage] = useState({ load: 1, stage })
  const reload = () => setPage(({ load }) => ({ load: load + 1, stage: reloaded(stage) }))
  return (
    <Situation
      key={page.load}
      stage={page.stage}
      says="After a reload the session is read from storage. Until then nobody knows who is here: neither the rows nor the sign-in flash up. The token is still good, so no request is spent on it."
      ways={[['Reload the page', reload]]}
    >
      <OrdersApp apiUrl={stage.apiUrl} />
    </Situation>
  )
}
