import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { initTRPC, TRPCError } from '@trpc/server'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import type { TokenServer } from 'authed/testing'
import { GraphQLObjectType, GraphQLSchema, GraphQLString, graphql } from 'graphql'

/** The access token of a request, where the token server would accept it. */
function activeToken({ headers }: IncomingMessage, tokens: TokenServer): string | undefined {
  const [scheme, token = ''] = (headers.authorization ?? '').split(' ')
  return scheme === 'Bearer' && tokens.isActive(token) ? token : undefined
}

const { router, procedure } = initTRPC.context<{ token: string | undefined }>().create()
const guarded = procedure.use(({ ctx, next }) => {
  if (!ctx.token) throw new TRPCError({ code: 'UNAUTHORIZED' })
  return next()
})
const text = (value: unknown) => String(value)
const appRouter = router({
  owner: guarded.query(() => 'Ada Lovelace'),
  rename: guarded.input(text).mutation(({ input }) => input),
})

/** The tRPC API as its client knows it. */
export type AppRouter = typeof appRouter

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { owner: { type: GraphQLString, resolve: () => 'Ada Lovelace' } },
  }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      rename: {
        type: GraphQLString,
        args: { name: { type: GraphQLString } },
        resolve: (_, { name }: { name: string }) => name,
      },
    },
  }),
})

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A tRPC router under `/trpc` and GraphQL under `/graphql`, on an origin of their own, for the tokens of `tokens`. */
export async function startApis(tokens: TokenServer) {
  /** The requests as they came: how each was answered, and with which token. */
  const seen: { status: number; token: string | undefined }[] = []
  const trpc = createHTTPHandler({
    router: appRouter,
    basePath: '/trpc/',
    createContext: ({ req }) => ({ token: activeToken(req, tokens) }),
  })
  const http = createServer(async (request, response) => {
    response.on('finish', () => {
      seen.push({ status: response.statusCode, token: request.headers.authorization })
    })
    if (request.url?.startsWith('/trpc/')) return trpc(request, response)
    response.setHeader('content-type', 'application/json')
    if (!activeToken(request, tokens)) return response.writeHead(401).end('{"errors":[{"message":"expired"}]}')
    const { query, variables } = JSON.parse(await readText(request))
    response.end(JSON.stringify(await graphql({ schema, source: query, variableValues: variables })))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    seen,
    close() {
      http.closeAllConnections()
      return new Promise<void>((resolve) => http.close(() => resolve()))
    },
  }
}
