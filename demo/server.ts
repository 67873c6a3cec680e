/** The token API over HTTP: the testing kit's server behind node:http, and a few paths under `/control` to steer it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createTokenServer,
  type Fault,
  isDropped,
  type TokenServer,
  type TokenServerOptions,
} from '../src/testing/index.ts'

/** A token API that listens. */
export interface RunningServer {
  /** Its origin, such as `http://127.0.0.1:4010`. */
  url: string
  /** The server behind it, to look at and to steer. */
  server: TokenServer
  close(): Promise<void>
}

/** Starts a token API on 127.0.0.1; port 0 takes a free one. */
export async function startServer({
  port = 0,
  ...options
}: { port?: number } & TokenServerOptions = {}): Promise<RunningServer> {
  const server = createTokenServer(options)
  const http = createServer((incoming, outgoing) => {
    serve(server, incoming, outgoing).catch((error) => {
      // What `fetch` shows as a failed request is, on the wire, a connection that breaks.
      if (isDropped(error) || incoming.socket.destroyed || outgoing.headersSent) return incoming.socket.destroy()
      console.error(error)
      return outgoing.writeHead(500, { 'access-control-allow-origin': '*' }).end()
    })
  })
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    server,
    close() {
      http.closeAllConnections()
      return new Promise((resolve) => http.close(() => resolve()))
    },
  }
}

async function serve(server: TokenServer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController()
  outgoing.on('close', () => gone.abort())
  const { method = 'GET', headers, url = '/' } = incoming
  const request = new Request(`http://${headers.host}${url}`, {
    method,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
    body: method === 'GET' || method === 'HEAD' ? undefined : await readAll(incoming),
    signal: gone.signal,
  })
  const response = url.startsWith('/control/') ? await control(server, request) : await server.fetch(request)
  if (gone.signal.aborted) return
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value)
  outgoing.setHeader('set-cookie', response.headers.getSetCookie())
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}

async function readAll(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const commands: Record<string, (server: TokenServer, body: Record<string, unknown>) => void> = {
  status: () => {},
  up: (server) => server.heal(),
  down: (server, { health = '503' }) => server.setHealth(health as '503' | 'dropped'),
  expire: (server) => server.expireAccessTokens(),
  revoke: (server) => server.revokeSessions(),
  faults: (server, { faults = [] }) => server.fail(...(faults as Fault[])),
  options: (server, body) => void Object.assign(server.options, body),
}

/** Steers the server and answers with what it has counted. */
async function control(server: TokenServer, request: Request): Promise<Response> {
  const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' }
  if (request.method === 'OPTIONS') return new Response(null, { headers })
  const refuse = (status: number, error: string) => Response.json({ error }, { status, headers })
  const name = new URL(request.url).pathname.replace('/control/', '')
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) return refuse(404, `There is no ${name}. Try: ${Object.keys(commands).join(', ')}.`)
  if (name !== 'status' && request.method !== 'POST') return refuse(405, `Send a POST to ${name}.`)
  const body = readObject(await request.text())
  if (!body) return refuse(400, 'Send a JSON object, or nothing.')
  command(server, body)
  const { counts, liveFamilies, faultsLeft, options, log } = server
  const { accessTokenLifetime, rotation } = options
  const recent = log.slice(-20)
  return Response.json({ counts, liveFamilies, faultsLeft, accessTokenLifetime, rotation, recent }, { headers })
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text || '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await startServer({ port: Number(process.env.PORT ?? 4010) })
  console.log(`Token API: ${url}`)
}
