import { PassThrough } from 'node:stream'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useAuthedQuery, useAuthedSuspenseQuery } from 'authed'
import {
  type AuthClient,
  type AuthClientOptions,
  type BaserowCredentials,
  baserow,
  createAuthClient,
  memoryStorage,
} from 'authed/core'
import { AuthPending, AuthProvider, SignedIn, SignedOut } from 'authed/react'
import { createTokenServer, type Row } from 'authed/testing'
import { lazy, type ReactNode, Suspense } from 'react'
import { renderToPipeableStream } from 'react-dom/server'
import { renderToReadableStream } from 'react-dom/server.browser'

const api = 'https://api.test'
export const ada = { email: 'ada@example.com', password: 'lovelace' }

/** A token server, and clients of it. */
export function createWorld() {
  const server = createTokenServer({ rowCount: 3 })
  const newClient = (options: Partial<AuthClientOptions<BaserowCredentials>> = {}) =>
    createAuthClient({
      endpoint: baserow(api),
      fetch: (input, init) => server.fetch(new Request(input, init)),
      storage: memoryStorage(),
      ...options,
    })
  return { server, newClient }
}
const rows = {
  queryKey: ['rows'],
  url: `${api}/api/database/rows/table/1/`,
  select: (page: { results: Row[] }) => page.results[0]?.Owner,
}

function Rows() {
  const { data, isLoading } = useAuthedQuery(rows)
  return <p>{isLoading ? 'loading the rows' : `rows of ${data}`}</p>
}

const SuspendedRows = () => <p>rows of {useAuthedSuspenseQuery(rows).data}</p>

/** Code that comes when the shell is out. */
const createLater = (shellSent: Promise<void>, Content: () => ReactNode) =>
  lazy(() => shellSent.then(() => ({ default: Content })))

const Gates = () => (
  <>
    <AuthPending>pending</AuthPending>
    <SignedOut>signed out</SignedOut>
    <SignedIn>signed in</SignedIn>
  </>
)

/** Each makes a screen anew, since what has come later once is there at once the next time. */
export const screens = {
  'the gates': () => <Gates />,
  'gates that come later': (shellSent) => {
    const Later = createLater(shellSent, Gates)
    return (
      <Suspense fallback="shell">
        <Later />
      </Suspense>
    )
  },
  useAuthedQuery: () => <Rows />,
  'useAuthedQuery that comes later': (shellSent) => {
    const Later = createLater(shellSent, Rows)
    return (
      <Suspense fallback="shell">
        <Later />
      </Suspense>
    )
  },
  'useAuthedSuspenseQuery below SignedIn': () => (
    <Suspense fallback="shell">
      <SignedIn>
        <SuspendedRows />
      </SignedIn>
    </Suspense>
  ),
  'useAuthedSuspenseQuery without a gate': () => (
    <Suspense fallback="shell">
      <SuspendedRows />
    </Suspense>
  ),
} satisfies Record<string, (shellSent: Promise<void>) => ReactNode>

/** The name of a screen. */
export type ScreenName = keyof typeof screens

/** A screen within its providers; the cache is the page's own. */
export const pageOf =
  (client: AuthClient<BaserowCredentials>, name: ScreenName) =>
  (shellSent: Promise<void> = Promise.resolve()): ReactNode => (
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <AuthProvider client={client}>
        <main>{screens[name](shellSent)}</main>
      </AuthProvider>
    </QueryClientProvider>
  )

/** Gathers what a renderer sends, piece by piece, and tells of the first one. */
function createReceiver() {
  const pieces: string[] = []
  const errors: unknown[] = []
  let tell = () => {}
  const shellSent = new Promise<void>((resolve) => {
    tell = resolve
  })
  return {
    shellSent,
    onError: (error: unknown) => void errors.push(error),
    take(piece: string) {
      pieces.push(piece)
      tell()
    },
    result: () => ({ html: pieces.join(''), pieces, errors }),
  }
}

/** React's two streaming renderers: what they send, and what they complain of. */
export const renderers = {
  async renderToPipeableStream(page: ReturnType<typeof pageOf>) {
    const { shellSent, onError, take, result } = createReceiver()
    const out = new PassThrough({ encoding: 'utf8' })
    const stream = renderToPipeableStream(page(shellSent), { onShellReady: () => void stream.pipe(out), onError })
    for await (const piece of out) take(piece)
    return result()
  },
  async renderToReadableStream(page: ReturnType<typeof pageOf>) {
    const { shellSent, onError, take, result } = createReceiver()
    const stream = await renderToReadableStream(page(shellSent), { onError })
    const decoder = new TextDecoder()
    const reader = stream.getReader()
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      take(decoder.decode(read.value, { stream: true }))
    }
    return result()
  },
}

/** Collects what React says on the console, but for what can happen only where all of its renderers share a process. */
export function listenToReact(): { complaints: unknown[]; stop: () => void } {
  const complaints: unknown[] = []
  const { error } = console
  console.error = (...words: unknown[]) => {
    if (!/multiple renderers/.test(String(words[0]))) complaints.push(words)
  }
  const stop = () => {
    console.error = error
  }
  return { complaints, stop }
}
