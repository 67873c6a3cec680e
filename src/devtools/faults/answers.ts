import type { Clock } from '../../core/index.ts'

/** What a token endpoint can be made to do. */
export type EndpointFault = 'none' | '503' | '429' | 'slow' | 'hung' | 'rejected'

/** How late a slow endpoint answers, in milliseconds. */
export const slowness = 3_000
/** What a busy endpoint asks for, in seconds. */
export const retryAfter = 5

const answer = (status: number, error: string, headers?: Record<string, string>) =>
  new Response(JSON.stringify({ error, error_description: 'Simulated by the devtools.' }), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })

/** Ends after `duration`, or with the signal's reason. */
function pause(clock: Clock, duration: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = Number.isFinite(duration) ? clock.setTimeout(resolve, duration) : undefined
    const abort = () => {
      clock.clearTimeout(timer)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted) abort()
  })
}

/**
 * A `fetch` for a token endpoint that suffers from `fault`. Where the fault lets a request through, or only delays it, the
 * server acts as always; else it never hears of the request.
 */
export function faultyFetch(
  fetch: typeof globalThis.fetch,
  clock: Clock,
  fault: () => EndpointFault,
): typeof globalThis.fetch {
  return async (input, init) => {
    switch (fault()) {
      case '503':
        return answer(503, 'temporarily_unavailable')
      case '429':
        return answer(429, 'slow_down', { 'retry-after': String(retryAfter) })
      case 'rejected':
        return answer(400, 'invalid_grant')
      case 'hung':
        await pause(clock, Number.POSITIVE_INFINITY, init?.signal)
        break
      case 'slow':
        await pause(clock, slowness, init?.signal)
    }
    return fetch(input, init)
  }
}
