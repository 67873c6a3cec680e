import type { User } from '../authority.ts'
import { json, type Route, type RouteContext, userOf } from '../route.ts'
import { rowOf, rowsPage, unknownColumn } from '../rows.ts'

/** A refusal with its challenge (RFC 6750 §3); without credentials it names no error. */
function challenge(status: number, error?: string): Response {
  const parts = ['realm="api"', ...(error ? [`error="${error}"`] : [])]
  return json({ error: error ?? 'no_credentials' }, status, { 'www-authenticate': `Bearer ${parts.join(', ')}` })
}

const guarded =
  (answer: (user: User, context: RouteContext) => Response): Route['answer'] =>
  (context) => {
    const user = userOf(context, 'Bearer')
    if (user === 'missing') return challenge(401)
    if (user === 'malformed') return challenge(400, 'invalid_request')
    return typeof user === 'string' ? challenge(401, 'invalid_token') : answer(user, context)
  }

/** Resources behind Bearer tokens (RFC 6750). */
export const resourceRoutes: Route[] = [
  {
    method: 'GET',
    path: /^\/api\/rows$/,
    kind: 'resource',
    answer: guarded((user, { options, url }) => {
      const unknown = unknownColumn(url)
      return unknown
        ? json({ error: 'invalid_request', error_description: `There is no column ${unknown}.` }, 400)
        : json(rowsPage(user, options.rowCount, url))
    }),
  },
  {
    method: 'POST',
    path: /^\/api\/rows$/,
    kind: 'resource',
    answer: guarded((user, { options, body }) => json({ ...rowOf(user, options.rowCount), ...body }, 201)),
  },
  {
    method: 'GET',
    path: /^\/api\/me$/,
    kind: 'resource',
    answer: guarded(({ id, name, email }) => json({ id, name, email })),
  },
  {
    method: 'GET',
    path: /^\/api\/redirect$/,
    kind: 'resource',
    answer: ({ url }) =>
      new Response(null, { status: 302, headers: { location: url.searchParams.get('to') ?? '/api/me' } }),
  },
]
