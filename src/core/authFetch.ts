import { AuthError } from './errors.ts'
import type { Settings } from './settings.ts'

/** `fetch` with the access token attached. */
export type AuthFetch = typeof fetch

/** Where {@link createAuthFetch} gets its tokens. */
export interface TokenSource {
  getAccessToken: (options: { signal?: AbortSignal | null }) => Promise<string>
  /** The next token after this one was refused by the API. */
  replaceToken: (token: string, options: { signal?: AbortSignal | null }) => Promise<string>
  /** Makes what throws once the session has changed hands since; where nobody was known, since its first call. */
  guard: () => () => void
}

/**
 * Makes a `fetch` that waits for a valid token, attaches it where it is allowed to go, and after a 401 that tells of a
 * dead token sends the request once more with the next one. A second 401 is returned as it is.
 *
 * Redirects across origins are followed without the header (Fetch standard, HTTP-redirect fetch).
 */
export function createAuthFetch({ endpoint, allowedOrigins, fetch }: Settings, tokens: TokenSource): AuthFetch {
  const { scheme = 'Bearer', origins = [] } = endpoint
  return async (input, init) => {
    const request = new Request(input, init)
    const { signal } = request
    const { origin } = new URL(request.url)
    if (!(allowedOrigins ?? origins).includes(origin)) {
      const message = `The access token is not sent to ${origin}. If it may go there, add "${origin}" to \`allowedOrigins\`.`
      throw new AuthError('origin_not_allowed', message)
    }
    const check = tokens.guard()
    const send = async (token: string) => {
      check()
      // A body can be read only once: the copy is kept for the replay.
      const copy = request.clone()
      copy.headers.set('authorization', `${scheme} ${token}`)
      const response = await fetch(copy)
      check()
      return response
    }
    const token = await tokens.getAccessToken({ signal })
    const response = await send(token)
    // On its way to another origin a redirect has lost the header, so a 401 from there says nothing about the token.
    const isForeign = response.url && new URL(response.url).origin !== origin
    if (response.status !== 401 || isForeign) return response
    if (endpoint.isTokenRejected && !(await endpoint.isTokenRejected(response.clone()))) return response
    const next = await tokens.replaceToken(token, { signal })
    // Not awaited: it ends only when the copy above has been read.
    response.body?.cancel().catch(() => {})
    return send(next)
  }
}
