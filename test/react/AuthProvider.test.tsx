import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import type { Wake } from 'authed/core'
import { AuthPending, AuthProvider, SignedIn, SignedOut, useAuthClient, useAuthState } from 'authed/react'
import { StrictMode, startTransition, useState } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { createSession, providerOf } from './session.tsx'

afterEach(cleanup)

const gates = (
  <>
    <AuthPending>pending</AuthPending>
    <SignedIn>signed in</SignedIn>
    <SignedOut>signed out</SignedOut>
  </>
)

/** A page that counts who listens to it. */
function countedWake() {
  let listeners = 0
  let most = 0
  const wake: Wake = {
    isVisible: () => true,
    isOnline: () => true,
    subscribe() {
      most = Math.max(most, ++listeners)
      return () => void listeners--
    },
  }
  return { wake, listening: () => listeners, most: () => most }
}

describe('AuthProvider', () => {
  it('hands over the client itself', () => {
    const client = createSession()
    let seen: unknown
    function Reader() {
      seen = useAuthClient()
      return null
    }
    render(<Reader />, { wrapper: providerOf(client) })
    expect(seen).toBe(client)
  })

  it('mounts the client while it is on screen, and once, in StrictMode and with several providers', () => {
    const { wake, listening, most } = countedWake()
    const client = createSession({ wake })
    const { unmount } = render(
      <StrictMode>
        <AuthProvider client={client}>one</AuthProvider>
        <AuthProvider client={client}>two</AuthProvider>
      </StrictMode>,
    )
    expect([listening(), most()]).toEqual([1, 1])
    unmount()
    expect(listening()).toBe(0)
  })

  it('leaves nothing behind after a hundred visits', () => {
    const { wake, listening } = countedWake()
    const client = createSession({ wake })
    let subscribers = 0
    const counted = {
      ...client,
      subscribe(listener: () => void) {
        subscribers++
        const detach = client.subscribe(listener)
        return () => {
          subscribers--
          detach()
        }
      },
    }
    for (let visit = 0; visit < 100; visit++) render(gates, { wrapper: providerOf(counted) }).unmount()
    expect([listening(), subscribers]).toEqual([0, 0])
  })

  it('follows a change of client', async () => {
    const [one, two] = [createSession({ key: 'one' }), createSession({ key: 'two' })]
    await one.signIn('ada')
    await two.signIn('grace')
    const screenOf = (client: typeof one) => (
      <AuthProvider client={client}>
        <User />
      </AuthProvider>
    )
    const { rerender } = render(screenOf(one))
    expect(screen.getByText('ada')).toBeDefined()
    rerender(screenOf(two))
    expect(screen.getByText('grace')).toBeDefined()
  })

  it('shows one user all over the screen, also in a transition that another sign-in interrupts', async () => {
    const client = createSession()
    await client.signIn('ada')
    const screens: string[] = []
    let more = (_: number) => {}
    function Screen() {
      const [count, setCount] = useState(1)
      more = setCount
      return (
        <p>
          {Array.from({ length: count }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
            <SlowUser key={index} />
          ))}
        </p>
      )
    }
    const { container } = render(<Screen />, { wrapper: providerOf(client) })
    const watcher = new MutationObserver(() => screens.push(container.textContent ?? ''))
    watcher.observe(container, { childList: true, characterData: true, subtree: true })
    await act(async () => {
      startTransition(() => more(40))
      // Lets the slow transition begin, and then comes in between.
      await new Promise((resolve) => setTimeout(resolve, 15))
      await client.signIn('grace')
    })
    await waitFor(() => expect(container.textContent).toBe('grace'.repeat(40)))
    watcher.disconnect()
    expect(screens.filter((text) => text.includes('ada') && text.includes('grace'))).toEqual([])
  })
})

describe('gates', () => {
  it('show one of three, through the life of a session', async () => {
    const client = createSession()
    const { container } = render(gates, { wrapper: providerOf(client) })
    expect(container.textContent).toBe('pending')
    await screen.findByText('signed out')
    await act(() => client.signIn('ada'))
    expect(container.textContent).toBe('signed in')
    await act(() => client.refresh())
    expect(container.textContent).toBe('signed in')
    await act(() => client.signOut())
    expect(container.textContent).toBe('signed out')
  })
})

function User() {
  return useAuthState(({ userId }) => userId)
}

function SlowUser() {
  const until = performance.now() + 2
  while (performance.now() < until);
  return <span>{useAuthState(({ userId }) => userId)}</span>
}
