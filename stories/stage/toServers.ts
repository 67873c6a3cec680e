import type { TokenServer } from 'authed/testing'
import { HttpResponse, http } from 'msw'

/** The token servers in the page, by host. */
export const servers = new Map<string, TokenServer>()

/** Hands each request to the token server of its host; what that drops is a connection that breaks. */
export const toServers = http.all('https://*.example.test/*', ({ request }) => {
  const server = servers.get(new URL(request.url).host)
  return server?.fetch(request).catch(() => HttpResponse.error())
})
