import type { Stage } from './stage.ts'

/** Goes to the moment at which the next refresh may start; nowhere while one is under way. */
export function goToNextRefresh({ client, clock }: Pick<Stage, 'client' | 'clock'>): void {
  const { nextRefreshAt = 0 } = client.getState()
  clock.skip(Math.max(0, nextRefreshAt - clock.now()))
}

/** Goes past the end of the access token. */
export function goPastExpiry({ client, clock }: Pick<Stage, 'client' | 'clock'>): void {
  const { expiresAt = 0 } = client.getState()
  clock.skip(Math.max(0, expiresAt - clock.now()) + 1_000)
}
