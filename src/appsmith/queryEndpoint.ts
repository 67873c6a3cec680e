import {
  type EndpointContext,
  type JsonTokenEndpointOptions,
  jsonTokenEndpoint,
  type TokenEndpoint,
} from '../core/index.ts'

/** A query of Appsmith, as a JS Object sees it. */
export interface AppsmithQuery {
  run(parameters?: Record<string, unknown>): PromiseLike<unknown>
  readonly data?: unknown
  readonly responseMeta?: { readonly statusCode?: string | number }
}

/** The queries that fetch tokens. */
export interface QueryEndpointOptions extends Pick<JsonTokenEndpointOptions, 'fields' | 'scheme' | 'isTokenRejected'> {
  /** The guide's `api_authToken`. What `signIn` is called with becomes `this.params`. */
  signIn?: AppsmithQuery
  /** The guide's `api_refreshAuthToken`. Gets `this.params.refresh_token`. */
  refresh?: AppsmithQuery
  /** A query that gives the refresh token back. Gets `this.params.refresh_token`. */
  revoke?: AppsmithQuery
}

/**
 * Appsmith queries as a token endpoint, for JS Objects. The requests go through Appsmith's server, so neither CORS nor a
 * private network stands in their way. Knows the answers of OAuth 2, Baserow and simplejwt; others name their `fields`.
 *
 * @example
 * ```ts
 * createAuthClient({ endpoint: queryEndpoint({ signIn: api_authToken, refresh: api_refreshAuthToken }), storage })
 * ```
 */
export function queryEndpoint({ signIn, refresh, revoke, ...rest }: QueryEndpointOptions): TokenEndpoint {
  const queries: Record<string, AppsmithQuery | undefined> = {
    'of the sign-in query': signIn,
    'of the refresh query': refresh,
    'of the revocation query': revoke,
  }
  const [signInName, refreshName, revokeName] = Object.keys(queries).map((name) => queries[name] && name)
  const inner = jsonTokenEndpoint<object>({ ...rest, signIn: signInName, refresh: refreshName, revoke: revokeName })
  const answer = rest.fields ? (data: unknown) => data : inOAuthNames
  const throughQuery = (context: EndpointContext): EndpointContext => ({
    ...context,
    fetch: (name, init) => run(queries[String(name)] as AppsmithQuery, String(init?.body), answer),
  })
  return {
    ...inner,
    signIn: inner.signIn && ((typed, context) => inner.signIn?.(typed as object, throughQuery(context)) as never),
    refresh: inner.refresh && ((secret, context) => inner.refresh?.(secret, throughQuery(context)) as never),
    revoke: inner.revoke && ((secret, context) => inner.revoke?.(secret, throughQuery(context))),
  }
}

/** Runs a query and tells its outcome as HTTP would, so that one policy says what is final and what passes. */
async function run(query: AppsmithQuery, body: string, answer: (data: unknown) => unknown): Promise<Response> {
  try {
    const data = await query.run(JSON.parse(body))
    return new Response(JSON.stringify(answer(data ?? query.data ?? {})))
  } catch (cause) {
    const status = statusOf(cause) ?? statusOf(query)
    if (!status) throw cause
    return new Response(JSON.stringify(query.data ?? {}), { status })
  }
}

/** Appsmith tells `401 UNAUTHORIZED`; its own troubles have codes that do not begin with an HTTP status. */
function statusOf(told: unknown): number | undefined {
  const { responseMeta, statusCode = responseMeta?.statusCode } = Object(told) as {
    responseMeta?: { statusCode?: unknown }
    statusCode?: unknown
  }
  const status = Number(/^[1-5]\d\d\b/.exec(String(statusCode ?? ''))?.[0])
  return status >= 400 ? status : undefined
}

/** Names of Baserow and simplejwt as OAuth's. */
function inOAuthNames(data: unknown) {
  const { access, refresh, user, ...rest } = Object(data) as Record<string, unknown>
  const userId = (user as { id?: unknown } | undefined)?.id
  return { access_token: access, refresh_token: refresh, user_id: userId, ...rest }
}
