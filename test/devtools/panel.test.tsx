import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { type AuthClient, createAuthClient, jsonTokenEndpoint, memoryStorage } from 'authed/core'
import { AuthDevtools, AuthDevtoolsPanel, createFaults } from 'authed/devtools'
import { AuthProvider } from 'authed/react'
import { createTokenServer } from 'authed/testing'
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const api = 'https://api.test'
const ada = { email: 'ada@example.com', password: 'lovelace' }

/** A client on a strict server. Opaque tokens need no signature, which would be made off the event loop. */
function createSession(accessTokenFormat: 'opaque' | 'jwt' = 'opaque') {
  const server = createTokenServer({ accessTokenLifetime: 60_000, accessTokenFormat })
  const faults = createFaults()
  const endpoint = jsonTokenEndpoint<typeof ada>({ signIn: `${api}/auth/login`, refresh: `${api}/auth/refresh` })
  const fetch: typeof globalThis.fetch = (input, init) => server.fetch(new Request(input, init))
  const client = createAuthClient(
    faults.wrap({ key: 'authed', endpoint, fetch, storage: memoryStorage(), retryDelay: 60_000 }),
  )
  return { server, faults, client: client as AuthClient<typeof ada> }
}

/** What a person finds in the shadow root of the panel. */
function shown() {
  const host = document.querySelector('[data-authed-devtools]')
  return within(host?.shadowRoot?.querySelector('.authed') as HTMLElement)
}

const fact = (name: string) => shown().getByText(name, { selector: 'dt' }).nextElementSibling?.textContent
const events = () =>
  shown()
    .queryAllByRole('listitem')
    .filter((item) => item.closest('.scroll'))
    .map((item) => item.querySelector('span')?.textContent)

afterEach(cleanup)

describe('AuthDevtoolsPanel', () => {
  beforeEach(
    () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] }),
  )
  afterEach(() => void vi.useRealTimers())
  const pass = (duration: number) => act(() => vi.advanceTimersByTimeAsync(duration))

  async function open(props: Parameters<typeof AuthDevtoolsPanel>[0] = {}, format?: 'jwt') {
    const session = createSession(format)
    const screen = render(
      <StrictMode>
        <AuthProvider client={session.client}>
          <AuthDevtoolsPanel faults={session.faults} {...props} />
        </AuthProvider>
      </StrictMode>,
    )
    await pass(0)
    return { ...session, ...screen }
  }
  const signIn = (client: AuthClient<typeof ada>) => act(() => client.signIn(ada))

  it('tells that nobody is signed in, and offers nothing that would need somebody', async () => {
    await open()
    expect(shown().getByText('Nobody is signed in.')).toBeTruthy()
    for (const name of ['Expire now', 'Refresh', 'Sign out']) {
      expect((shown().getByRole('button', { name }) as HTMLButtonElement).disabled).toBe(true)
    }
  })

  it('tells the life of the token, of the session, and where it is kept', async () => {
    const { client } = await open()
    await signIn(client)
    await pass(5_000)
    expect(shown().getByRole('heading', { name: 'Access token no. 1' })).toBeTruthy()
    expect(shown().getByText(/left: callers get it at once/)).toBeTruthy()
    expect(fact('Next refresh')).toMatch(/^in 4\d\.\d s$/)
    expect(fact('Origin')).toMatch(/^Signed in here at /)
    expect(fact('Storage')).toBe('memory, for this tab only')
    expect(fact('Lock')).toBe('none: no other tab shares this session')
    expect(fact('Clock')).toBe('not comparable: the token tells no `iat`')
    expect(shown().getByText('The access token is opaque: it tells nothing.')).toBeTruthy()
    await pass(56_000)
    expect(shown().getByRole('heading', { name: 'Access token no. 2' })).toBeTruthy()
    expect(fact('Origin')).toMatch(/^Signed in here at /)
  })

  it('shows a token that was declared dead, and what comes of it', async () => {
    const { client, faults } = await open()
    await signIn(client)
    await pass(2_000)
    act(() => faults.set({ endpoint: '503' }))
    fireEvent.click(shown().getByRole('button', { name: 'Expire now' }))
    await pass(2_000)
    expect(shown().getByText(/declared dead: callers wait/)).toBeTruthy()
    expect(fact('Failures')).toBe('1 since the last success')
    expect(fact('Error')).toMatch(/^server: .* answered 503/)
    expect(events().slice(0, 3)).toEqual([
      expect.stringMatching(/^The attempt failed.* with “server”, next attempt in 1 min 0 s$/),
      'Set out for the next token',
      'The token counts as dead',
    ])
    act(() => faults.set({ endpoint: 'none' }))
    fireEvent.click(shown().getByRole('button', { name: 'Refresh' }))
    await pass(2_000)
    expect(shown().getByText('There is a new token.')).toBeTruthy()
    expect(shown().getByRole('heading', { name: 'Access token no. 2' })).toBeTruthy()
  })

  it('keeps more of the timeline than the client does, filters it and forgets it', async () => {
    const { client } = await open()
    await signIn(client)
    for (let round = 0; round < 60; round++) {
      await act(() => client.signIn(ada))
      await act(() => client.signOut())
    }
    await pass(1_000)
    expect(client.inspect().timeline).toHaveLength(100)
    expect(events().length).toBeGreaterThan(120)
    fireEvent.click(shown().getByRole('radio', { name: /requests/i }))
    expect(shown().getByText('Nothing about requests yet.')).toBeTruthy()
    fireEvent.click(shown().getByRole('radio', { name: /everything/i }))
    fireEvent.click(shown().getByRole('button', { name: 'Clear' }))
    expect(shown().getByText('Nothing has happened yet.')).toBeTruthy()
  })

  it('notices that the page slept', async () => {
    const { client } = await open()
    await signIn(client)
    vi.setSystemTime(Date.now() + 3_600_000)
    await pass(1_000)
    expect(events()).toContain('The page slept for 1 h 0 min')
    expect(fact('Origin')).toMatch(/^Signed in here at /)
  })

  it('says how to get the switches where the client has none', async () => {
    await open({ faults: undefined })
    expect(shown().getByText(/To rehearse faults/)).toBeTruthy()
  })

  it('holds no text of a token, nor lets one out with the export, and redacts what it is told to', async () => {
    const { client } = await open({ redact: ['name'] }, 'jwt')
    await signIn(client)
    const blobs: Blob[] = []
    Object.assign(URL, { createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`, revokeObjectURL() {} })
    const tokens = [await client.getAccessToken()]
    await act(() => client.refresh())
    tokens.push(await client.getAccessToken())
    await pass(1_000)
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
    fireEvent.click(shown().getByRole('button', { name: 'Export' }))
    const json = await new Promise<string>((resolve) => {
      const reader = new FileReader()
      reader.onload = () => resolve(String(reader.result))
      reader.readAsText(blobs[0] as Blob)
    })
    const html = document.querySelector('[data-authed-devtools]')?.shadowRoot?.innerHTML ?? ''
    expect(fact('Clock')).toBe('in step with the server')
    expect(fact('name')).toBe('•••')
    expect(JSON.parse(json)).toMatchObject({ key: 'authed', state: { revision: 2 }, claims: { name: '•••', sub: '1' } })
    for (const text of [html, json]) {
      expect(text.length).toBeGreaterThan(500)
      expect(text).not.toContain('Ada Lovelace')
      // Neither the whole nor its signature.
      for (const token of tokens) for (const part of [token, token.split('.')[2]]) expect(text).not.toContain(part)
    }
    vi.restoreAllMocks()
  })

  it('leaves nothing behind', async () => {
    const { client, unmount } = await open()
    await signIn(client)
    unmount()
    await pass(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('AuthDevtools', () => {
  const open = (client = createSession().client) =>
    render(
      <StrictMode>
        <AuthDevtools client={client} />
      </StrictMode>,
    )

  it('opens and closes by keyboard, and the focus goes along', () => {
    open()
    const root = document.querySelector('[data-authed-devtools]')?.shadowRoot as ShadowRoot
    const opener = shown().getByRole('button', { name: 'Open the authed devtools' })
    fireEvent.click(opener)
    const drawer = shown().getByRole('region', { name: 'authed devtools' })
    expect(root.activeElement).toBe(drawer)
    fireEvent.keyDown(drawer, { key: 'Escape' })
    expect(shown().queryByRole('region', { name: 'authed devtools' })).toBeNull()
    expect(root.activeElement).toBe(shown().getByRole('button', { name: 'Open the authed devtools' }))
  })

  it('draws nothing on a server', () => {
    expect(renderToString(<AuthDevtools client={createSession().client} initialIsOpen />)).toBe(
      '<div data-authed-devtools=""></div>',
    )
  })

  it('says what is missing outside a provider', () => {
    const quiet = (event: ErrorEvent) => event.preventDefault()
    vi.spyOn(console, 'error').mockImplementation(() => {})
    window.addEventListener('error', quiet)
    expect(() => render(<AuthDevtools />)).toThrow('Wrap the app in <AuthProvider client={client}>.')
    window.removeEventListener('error', quiet)
    vi.restoreAllMocks()
  })

  it('lets no style of its own out', () => {
    open()
    expect(document.styleSheets).toHaveLength(0)
    expect(screen.queryByRole('button')).toBeNull()
  })
})
