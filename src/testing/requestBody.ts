/** The body of a request, a form or JSON; `{}` where it is neither. */
export async function readBody(request: Request): Promise<Record<string, unknown>> {
  if (request.method === 'GET') return {}
  const text = await request.clone().text()
  if (request.headers.get('content-type')?.includes('form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text))
  }
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** The refresh token that a request brings in its cookie. */
export const readCookie = (request: Request): string | undefined =>
  /(?:^|; )refresh_token=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
