import type { RequestKind } from './faults.ts'

/** One request. It holds no token, unless somebody put one into a URL. */
export interface LoggedRequest {
  readonly at: number
  readonly kind: RequestKind
  readonly method: string
  readonly path: string
  readonly search: string
  /** 0: the connection was dropped or is still open. */
  readonly status: number
  /** Whether an Authorization header came along. */
  readonly authorization: 'sent' | 'none'
  /** The id of the user to whom the request was known to belong. */
  readonly user?: number
  /** Whether it showed a refresh token that was spent already. */
  readonly reuse: 'detected' | 'none'
}

/** Sums over all requests. */
export interface TokenServerCounts {
  readonly signIns: number
  /** Refresh requests that reached the server, whatever came of them. */
  readonly refreshes: number
  readonly revocations: number
  readonly verifications: number
  readonly resources: number
  /** Resource requests answered 401. */
  readonly unauthorized: number
  readonly reuseDetections: number
  readonly familiesRevoked: number
}

/** Counts what the log tells. */
export function countRequests(
  log: readonly LoggedRequest[],
): Omit<TokenServerCounts, 'reuseDetections' | 'familiesRevoked'> {
  const count = (kind: RequestKind) => log.filter((entry) => entry.kind === kind).length
  return {
    signIns: count('signIn'),
    refreshes: count('refresh'),
    revocations: count('revoke'),
    verifications: count('verify'),
    resources: count('resource'),
    unauthorized: log.filter(({ kind, status }) => kind === 'resource' && status === 401).length,
  }
}
