const allowedHeaders = 'accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with'

/** As Baserow sends it: everybody may, without cookies; with a cookie the origin must be named. Errors get it too. */
export function withCors(response: Response, request: Request, refreshTokenIn: 'body' | 'cookie'): Response {
  const { headers } = response
  const origin = request.headers.get('origin')
  if (refreshTokenIn === 'cookie' && origin) {
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
    headers.append('vary', 'origin')
  } else headers.set('access-control-allow-origin', '*')
  if (request.method === 'OPTIONS') {
    headers.set('access-control-allow-headers', allowedHeaders)
    headers.set('access-control-allow-methods', 'GET, POST, OPTIONS')
    headers.set('access-control-max-age', '86400')
  }
  return response
}
