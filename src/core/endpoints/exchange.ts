import { AuthError, type AuthErrorCode, bareCause, tolerate } from '../errors.ts'
import type { EndpointContext } from './endpoint.ts'

/** One request to a token endpoint. */
export interface Exchange {
  url: string
  body?: unknown
  /** `json` (default) or the form encoding of RFC 6749. */
  encoding?: 'json' | 'form'
  credentials?: RequestCredentials
  /** Text that the server may echo and nobody should read: it is cut out of error texts. */
  secret?: string
  headers?: Record<string, string>
  /** The code of an answer that is final. */
  refused: AuthErrorCode
  /** Whether an answer is final, where it says so. */
  isRefused?: (status: number, answer: Record<string, unknown>) => boolean | undefined
  keepalive?: boolean
}

/** A server that asks for more is asked again after this many milliseconds all the same: it may have meant another unit. */
const longestRetryAfter = 3_600_000
const passing = /^(temporarily_unavailable|server_error|slow_down)$/

/**
 * Sends one request and returns the JSON object of the answer.
 *
 * One policy for all endpoints: 400, 401 and 403 are final, for credentials also 404 and 422, unless the answer is a page
 * of HTML (a proxy, a captive portal) or names a passing error; all else is transient.
 */
export async function exchange(
  { url, body, encoding = 'json', credentials = 'omit', headers, keepalive, secret, refused, isRefused }: Exchange,
  { fetch, signal }: EndpointContext,
): Promise<Record<string, unknown>> {
  const form = encoding === 'form'
  const init: RequestInit = {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
      ...headers,
    },
    body: form ? String(new URLSearchParams(body as Record<string, string>)) : JSON.stringify(body),
    credentials,
    keepalive,
    cache: 'no-store',
    signal,
  }
  let response: Response
  let text: string
  try {
    response = await fetch(url, init)
    text = await response.text()
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    const message = `The token endpoint ${url} could not be reached, or its answer broke off. Check the network and that it allows this origin (CORS).`
    throw new AuthError('network', message, { cause: bareCause(cause, secret) })
  }
  const answer = parse(text)
  const { ok, status } = response
  if (ok) return answer
  const isSignIn = refused === 'sign_in_rejected'
  const tell = (value: unknown) =>
    typeof value === 'string' ? (secret ? value.replaceAll(secret, '…') : value) : undefined
  const error = tell(answer.error ?? answer.code)
  const errorDescription = tell(answer.error_description ?? answer.detail ?? answer.message)
  const codes = isSignIn ? [400, 401, 403, 404, 422] : [400, 401, 403]
  const usually = codes.includes(status) && !/^\s*</.test(text) && !passing.test(error ?? '')
  const final = tolerate(() => isRefused?.(status, answer)) ?? usually
  const told = [error, errorDescription].filter(Boolean).join(': ').replace(/\.$/, '')
  const [again, later] = isSignIn
    ? ['Check the credentials.', 'Try again later.']
    : ['Sign in again.', 'It is tried again by itself.']
  const message = `The token endpoint ${url} answered ${status}${told && ` (${told})`}. ${final ? again : later}`
  const details = { status, error, errorDescription, retryAfter: retryAfter(response.headers) }
  throw new AuthError(final ? refused : 'server', message, details)
}

/** The members of a JSON object; of anything else none. */
function parse(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3); unreadable across origins unless the server exposes it. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (!value) return undefined
  const delay = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(headers.get('date') ?? '')
  return delay >= 0 ? Math.min(delay, longestRetryAfter) : undefined
}
