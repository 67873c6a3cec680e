import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { AuthProvider, createAuthClient, jsonTokenEndpoint, type Lock, SignedOut, useAuthedQuery } from 'authed'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { countAttachments } from './attachments.ts'
import { conduct, followConductor } from './conductor.ts'
import type { Lab, RowsAnswer, Surroundings } from './lab.ts'
import { liveInSandbox, tellOfSandbox } from './sandbox.ts'
import { createSleepyClock } from './sleepyClock.ts'

const people = {
  ada: { email: 'ada@example.com', password: 'lovelace' },
  grace: { email: 'grace@example.com', password: 'hopper' },
}

/** For the test that shows what the lock is good for. */
const noLock: Lock = { name: 'none', run: (_, task) => task() }

interface Page {
  results: { id: number; Name: string; Owner: string }[]
}

async function open(): Promise<Lab> {
  const query = new URLSearchParams(location.search)
  const { api, offset }: Surroundings = await (await fetch('/surroundings', { cache: 'no-store' })).json()
  const { clock, sleep, wake } = createSleepyClock(offset)
  const endpoint = jsonTokenEndpoint<{ email: string; password: string }>({
    signIn: `${api}/auth/login`,
    refresh: `${api}/auth/refresh`,
    revoke: `${api}/auth/logout`,
  })
  const timeLimit = Number(query.get('timeLimit') ?? 10_000)
  const lock = query.get('lock') === 'none' ? noLock : undefined
  const attachments = countAttachments()
  const openClient = () => createAuthClient({ endpoint, clock, timeLimit, lock })
  const client = openClient()
  let returns = 0
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) returns++
  })
  const rowsUrl = `${api}/api/rows?size=5`
  const queryClient = new QueryClient()

  async function rows(): Promise<RowsAnswer> {
    try {
      const response = await client.fetch(rowsUrl)
      const { results }: Partial<Page> = await response.json()
      const { revision, userId } = client.getState()
      return { status: response.status, owner: results?.[0]?.Owner, revision, userId }
    } catch (error) {
      return { status: 0, failure: String(error) }
    }
  }

  function render() {
    const main = document.body.appendChild(document.createElement('main'))
    const root = createRoot(main)
    root.render(
      <StrictMode>
        <QueryClientProvider client={queryClient}>
          <AuthProvider client={client}>
            <SignedOut>Nobody is signed in.</SignedOut>
            <Table url={rowsUrl} />
          </AuthProvider>
        </QueryClientProvider>
      </StrictMode>,
    )
    return () => {
      root.unmount()
      main.remove()
    }
  }

  const lab: Lab = {
    client,
    openClient,
    render,
    attachments,
    signIn: (name) => client.signIn(people[name]),
    rows,
    async get(target) {
      const { status, url } = await client.fetch(new URL(target, api))
      return { status, url }
    },
    shown: () => document.querySelector('main')?.textContent ?? '',
    inspect: client.inspect,
    sleep,
    wake() {
      wake()
      dispatchEvent(new Event('focus'))
    },
    conduct,
    liveInSandbox,
    get returns() {
      return returns
    },
    secure: isSecureContext,
  }
  if (query.get('role') === 'conductor') return lab
  if (query.get('role') === 'sandboxed') await tellOfSandbox(lab)
  else followConductor(lab)
  render()
  return lab
}

function Table({ url }: { url: string }) {
  const { data } = useAuthedQuery({ queryKey: ['rows'], url, select: (page: Page) => page.results })
  return (
    <ul>
      {data?.map(({ id, Name, Owner }) => (
        <li key={id}>
          {Name}, kept by {Owner}
        </li>
      ))}
    </ul>
  )
}

window.labReady = open()
