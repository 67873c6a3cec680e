import { QueryClient } from '@tanstack/react-query'
import { type AuthClient, type BaserowCredentials, baserow, createAuthClient, memoryStorage } from 'authed'
import { createTokenServer, type TokenServer, type TokenServerOptions } from 'authed/testing'
import { servers } from './toServers.ts'

/** What a story plays on: a token API of its own, and a client for it. */
export interface Stage {
  apiUrl: string
  server: TokenServer
  client: AuthClient<BaserowCredentials>
  queryClient: QueryClient
}

/** Somebody whom the API knows. */
export const ada: BaserowCredentials = { email: 'ada@example.com', password: 'lovelace' }

/** What a story says of its stage, as its `parameters`. */
interface StageParameters {
  /** Sets up the token API. */
  server?: TokenServerOptions
  /** Whether the story begins with Ada signed in. Default `signed-out`. */
  session?: 'signed-in' | 'signed-out'
}

/** Sets up the stage of a story. Loaders run side by side, so what needs a session has to ask for it here. */
export async function openStage({ id, parameters }: { id: string; parameters: StageParameters }) {
  const host = `${id}.example.test`
  const apiUrl = `https://${host}`
  const server = createTokenServer(parameters.server)
  servers.set(host, server)
  const client = createAuthClient({ endpoint: baserow(apiUrl), storage: memoryStorage(), key: id })
  if (parameters.session === 'signed-in') await client.signIn(ada)
  const stage: Stage = { apiUrl, server, client, queryClient: new QueryClient() }
  return { stage }
}

/** The stage that {@link openStage} has set up. */
export const stageOf = ({ loaded }: { loaded: Record<string, unknown> }): Stage => loaded.stage as Stage
