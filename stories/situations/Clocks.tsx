import { useAuthClient, useAuthState } from 'authed'
import { timeOfDay } from '../../demo/app/words.ts'
import type { StageClock } from '../stage/clock.ts'
import { Facts } from '../stage/Facts.tsx'
import { useTicks } from '../stage/useTicks.ts'

/** The device's time beside the API's, as far as a token tells it. */
export function Clocks({ clock }: { clock: StageClock }) {
  const { inspect } = useAuthClient()
  useAuthState((state) => state.revision)
  useTicks(1_000)
  const { clockSkew = 0 } = inspect()
  const minutes = Math.round(clockSkew / 60_000)
  const now = clock.now()
  return (
    <section className="card" aria-label="Clocks">
      <Facts
        facts={{
          'This device': timeOfDay(now),
          'The API': timeOfDay(now - clockSkew),
          Error: `${Math.abs(minutes)} minutes ${minutes < 0 ? 'behind' : 'ahead'}`,
        }}
      />
    </section>
  )
}
