import { dropped } from './connection.ts'

/** What a request is about. */
export type RequestKind = 'signIn' | 'refresh' | 'revoke' | 'verify' | 'resource'

/** How the answer to a matching request goes wrong. */
export type Fault = {
  /** Which requests it hits. Default: all. */
  on?: RequestKind
  /** Hits only requests whose path begins with this, such as `/api/me`. Default: any path. */
  path?: string
  /** How often it strikes. Default once. */
  times?: number
} & (
  | /** An answer with this status instead of the real one; the server does not act. */ {
      type: 'status'
      status: number
      headers?: Record<string, string>
      body?: string
    }
  /** The real answer, but `delay` ms late; the server acts at the end of that time (`before`, the default: the delay comes first) or at its start. */
  | { type: 'delay'; delay: number; when?: 'before' | 'after' }
  /** The connection breaks before or after the server has acted. */
  | { type: 'drop'; when: 'before' | 'after' }
  /** The server never answers, and acts first only if `when` is `after`. */
  | { type: 'hang'; when?: 'before' | 'after' }
  /** The server acts, and then answers 200 with this text instead. */
  | { type: 'replace'; body: string; contentType?: string }
  /** The server acts, and then answers its JSON with some members set to other values and some left out. */
  | { type: 'amend'; set?: Record<string, unknown>; omit?: readonly string[] }
)

/** Holds the faults that are still to strike. */
export function createFaults(sleep: (duration: number, signal: AbortSignal) => Promise<void>) {
  let queue: (Fault & { left: number })[] = []
  const take = (kind: RequestKind, pathname: string) => {
    const matches = ({ on = kind, path = '' }: Fault) => on === kind && pathname.startsWith(path)
    const fault = queue.find(matches)
    if (fault) fault.left--
    queue = queue.filter(({ left }) => left > 0)
    return fault
  }
  return {
    add: (...faults: Fault[]) => void queue.push(...faults.map((fault) => ({ ...fault, left: fault.times ?? 1 }))),
    clear: () => {
      queue = []
    },
    /** How many strikes are still to come. */
    get left() {
      return queue.reduce((sum, { left }) => sum + left, 0)
    },
    /** Answers a request through the next fault that matches it. */
    async apply(
      { kind, path, signal }: { kind: RequestKind; path: string; signal: AbortSignal },
      act: () => Promise<Response>,
    ): Promise<Response> {
      const fault = take(kind, path)
      switch (fault?.type) {
        case undefined:
          return act()
        case 'status':
          return new Response(fault.body || null, { status: fault.status, headers: fault.headers })
        case 'delay': {
          const early = fault.when === 'after' ? await act() : undefined
          await sleep(fault.delay, signal)
          return early ?? act()
        }
        case 'drop':
          if (fault.when === 'after') await act()
          throw dropped()
        case 'hang':
          if (fault.when === 'after') await act()
          return new Promise(() => {})
        case 'replace':
          await act()
          return new Response(fault.body, { headers: { 'content-type': fault.contentType ?? 'text/html' } })
        case 'amend':
          return amend(await act(), fault)
      }
    },
  }
}

async function amend(answer: Response, { set, omit = [] }: Extract<Fault, { type: 'amend' }>): Promise<Response> {
  const members = Object.entries({ ...(await answer.json()), ...set }).filter(([name]) => !omit.includes(name))
  return new Response(JSON.stringify(Object.fromEntries(members)), { status: answer.status, headers: answer.headers })
}
