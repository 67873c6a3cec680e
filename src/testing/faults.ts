/** What a request is about. */
export type RequestKind = 'signIn' | 'refresh' | 'revoke' | 'verify' | 'resource'

/** How the answer to a matching request goes wrong. */
export type Fault = {
  /** Which requests it hits. Default: all. */
  on?: RequestKind
  /** How often it strikes. Default once. */
  times?: number
} & (
  | /** An answer with this status instead of the real one; the server does not act. */ {
      type: 'status'
      status: number
      headers?: Record<string, string>
      body?: string
    }
  /** The real answer, but late. */
  | { type: 'delay'; delay: number }
  /** The connection breaks before or after the server has acted. */
  | { type: 'drop'; when: 'before' | 'after' }
  /** The server never answers. */
  | { type: 'hang' }
  /** The server acts, and then answers 200 with this text instead. */
  | { type: 'replace'; body: string; contentType?: string }
)

/** The dropped connection, as `fetch` shows it. */
export const dropped = (): TypeError => new TypeError('Failed to fetch')

/** Holds the faults that are still to strike. */
export function createFaults(sleep: (duration: number, signal: AbortSignal) => Promise<void>) {
  let queue: (Fault & { left: number })[] = []
  const take = (kind: RequestKind) => {
    const fault = queue.find(({ on, left }) => left > 0 && (on === undefined || on === kind))
    if (fault) fault.left--
    queue = queue.filter(({ left }) => left > 0)
    return fault
  }
  return {
    add: (...faults: Fault[]) => void queue.push(...faults.map((fault) => ({ ...fault, left: fault.times ?? 1 }))),
    clear: () => {
      queue = []
    },
    get waiting() {
      return queue.length
    },
    /** Answers a request through the next fault that matches it. */
    async apply(kind: RequestKind, signal: AbortSignal, act: () => Promise<Response>): Promise<Response> {
      const fault = take(kind)
      switch (fault?.type) {
        case undefined:
          return act()
        case 'status':
          return new Response(fault.body ?? '', { status: fault.status, headers: fault.headers })
        case 'delay':
          await sleep(fault.delay, signal)
          return act()
        case 'drop':
          if (fault.when === 'after') await act()
          throw dropped()
        case 'hang':
          return new Promise((_, reject) => {
            if (signal.aborted) reject(signal.reason)
            signal.addEventListener('abort', () => reject(signal.reason))
          })
        case 'replace': {
          await act()
          return new Response(fault.body, { headers: { 'content-type': fault.contentType ?? 'text/html' } })
        }
      }
    },
  }
}
