import type { Devtools } from '../useDevtools.ts'

/** The claims, without the values of those that are redacted. */
export const visibleClaims = (claims: Record<string, unknown>, redact: readonly string[]): [string, unknown][] =>
  Object.entries(claims).map(([name, value]) => [name, redact.includes(name) ? '•••' : value])

/** Everything that the panel knows, as JSON. It holds no token. */
export function recordAsJson({ client, recorder, presence, faults, redact }: Devtools): string {
  const { timeline: _, claims, state, ...rest } = client.inspect()
  const { error, ...plain } = state
  const told = error && { code: error.code, message: error.message, status: error.status, retryAfter: error.retryAfter }
  const record = {
    exportedAt: new Date().toISOString(),
    ...rest,
    state: { ...plain, error: told },
    claims: claims && Object.fromEntries(visibleClaims(claims, redact)),
    faults: faults?.getState(),
    tabs: presence.getTabs(),
    timeline: recorder.getEntries(),
  }
  return JSON.stringify(record, undefined, 2)
}

/** Saves everything that the panel knows as a file. */
export function exportRecord(devtools: Devtools): void {
  const url = URL.createObjectURL(new Blob([recordAsJson(devtools)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${devtools.client.key}-${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1_000)
}
