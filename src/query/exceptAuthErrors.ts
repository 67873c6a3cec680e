import { isAuthError } from '../core/index.ts'

/** TanStack Query's `retry`. */
export type QueryRetry<Failure = Error> = boolean | number | ((failureCount: number, error: Failure) => boolean)

const refused = (error: unknown) => [401, 403].includes((error as { status?: number } | null)?.status ?? 0)

/**
 * TanStack Query's `retry`, but never for what another attempt cannot mend: errors of the session, which the client has
 * retried already, and answers 401 and 403.
 *
 * @param retry What holds for all other errors. Default 3, as in TanStack Query.
 *
 * @example
 * ```ts
 * new QueryClient({ defaultOptions: { queries: { retry: exceptAuthErrors() } } })
 * ```
 */
export function exceptAuthErrors<Failure = Error>(
  retry: QueryRetry<Failure> = 3,
): (failureCount: number, error: Failure) => boolean {
  return (failureCount, error) => {
    if (isAuthError(error) || refused(error)) return false
    if (typeof retry === 'function') return retry(failureCount, error)
    return typeof retry === 'boolean' ? retry : failureCount < retry
  }
}
