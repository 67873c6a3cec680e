import { QueryClient } from '@tanstack/react-query'
import {
  type AuthClient,
  type AuthClientOptions,
  type BaserowCredentials,
  baserow,
  createAuthClient,
  jsonTokenEndpoint,
} from 'authed'
import {
  createTabs,
  createTokenServer,
  type Tab,
  type Tabs,
  type TokenServer,
  type TokenServerOptions,
} from 'authed/testing'
import { createStageClock, type StageClock, wrongBy } from './clock.ts'
import { servers } from './toServers.ts'

/** A tab of the stage's browser, and the client in it. */
export interface StageTab {
  tab: Tab
  client: AuthClient<BaserowCredentials>
}

/** What a story plays on: a token API of its own, a browser, and a client in its first tab. */
export interface Stage extends StageTab {
  /** Differs from stage to stage: what a component that keeps a state of its own takes as its `key`. */
  serial: number
  apiUrl: string
  server: TokenServer
  queryClient: QueryClient
  /** The clock of the device that the client runs on. */
  clock: StageClock
  tabs: Tabs
  /** Opens another tab of the same browser. */
  openTab(options?: StageClientOptions): StageTab
}

/** Somebody whom the API knows. */
export const ada: BaserowCredentials = { email: 'ada@example.com', password: 'lovelace' }

/** Somebody else whom the API knows. */
export const grace: BaserowCredentials = { email: 'grace@example.com', password: 'hopper' }

type StageClientOptions = Partial<AuthClientOptions<BaserowCredentials>>

/** What a story says of its stage, as its `parameters`. */
export interface StageParameters {
  /** Sets up the token API. */
  server?: TokenServerOptions
  /** Sets up the client. */
  client?: StageClientOptions
  /** Which of the API's dialects the client speaks. Default `baserow`; `json` carries Bearer tokens. */
  dialect?: 'baserow' | 'json'
  /** Whether the story begins with Ada signed in. Default `signed-out`. */
  session?: 'signed-in' | 'signed-out'
}

/** What a visitor may turn. */
export interface StageArgs {
  /** Lifetime of access tokens in seconds. */
  lifetime?: number
  /** How many hours the device's clock is ahead of the API's. Default 0. */
  hoursOff?: number
}

interface StoryContext {
  id: string
  parameters: StageParameters & Record<string, unknown>
  args: StageArgs
}

const endpoints = {
  baserow,
  json: (url: string) =>
    jsonTokenEndpoint<BaserowCredentials>({
      signIn: `${url}/auth/login`,
      refresh: `${url}/auth/refresh`,
      revoke: `${url}/auth/logout`,
    }),
}

let opened = 0

/** Sets up the stage of a story. Loaders run side by side, so what needs a session has to ask for it here. */
export async function openStage({ id, parameters, args }: StoryContext): Promise<{ stage: Stage }> {
  const host = `${id}.example.test`
  const apiUrl = `https://${host}`
  const trueClock = createStageClock()
  const clock = wrongBy(trueClock, (args.hoursOff ?? 0) * 3_600_000)
  const server = createTokenServer({
    clock: trueClock,
    sleep: (duration) => new Promise((resolve) => void clock.setTimeout(() => resolve(), duration)),
    ...parameters.server,
    ...(args.lifetime && { accessTokenLifetime: args.lifetime * 1000 }),
  })
  servers.set(host, server)
  const tabs = createTabs()
  const endpoint = endpoints[parameters.dialect ?? 'baserow'](apiUrl)
  const openTab = (options?: StageClientOptions): StageTab => {
    const tab = tabs.open()
    const { storage, lock, channel, wake } = tab
    const ports = { clock, storage, lock, channel, wake }
    return { tab, client: createAuthClient({ endpoint, key: id, ...ports, ...parameters.client, ...options }) }
  }
  const first = openTab()
  if (parameters.session === 'signed-in') await first.client.signIn(ada)
  // What goes wrong is to be seen at once; an app would try again first.
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, refetchOnReconnect: false } },
  })
  return { stage: { serial: ++opened, ...first, apiUrl, server, queryClient, clock, tabs, openTab } }
}

/** The stage that {@link openStage} has set up. */
export const stageOf = ({ loaded }: { loaded: Record<string, unknown> }): Stage => loaded.stage as Stage
