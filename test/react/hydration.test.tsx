import { act, cleanup, render, waitFor } from '@testing-library/react'
import { AuthPending, AuthProvider, SignedIn, SignedOut, useAuthState } from 'authed/react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it } from 'vitest'
import { createSession } from './session.tsx'

afterEach(cleanup)

const screenOf = (client: ReturnType<typeof createSession>) => (
  <AuthProvider client={client}>
    <Status />
    <AuthPending>loading</AuthPending>
    <SignedIn>hello</SignedIn>
    <SignedOut>sign in</SignedOut>
  </AuthProvider>
)

/** What React has to say about server text that it did not expect. */
async function complaintsOf(work: () => Promise<void>) {
  const { error } = console
  const complaints: unknown[] = []
  console.error = (...words) => void complaints.push(words)
  try {
    await work()
  } finally {
    console.error = error
  }
  return complaints
}

describe('hydration', () => {
  it.each([
    ['a session that is yet to be restored', 'none', 'unauthenticatedsign in'],
    ['a session that is known already', 'ada', 'authenticatedhello'],
  ])('finds what the server rendered, with %s', async (_, user, expected) => {
    const client = createSession()
    const container = document.createElement('div')
    container.innerHTML = renderToString(screenOf(createSession()))
    expect(container.textContent).toBe('pendingloading')
    if (user !== 'none') await client.signIn(user)
    const complaints = await complaintsOf(async () => {
      document.body.append(container)
      await act(async () => void render(screenOf(client), { container, hydrate: true }))
      await waitFor(() => expect(container.textContent).toBe(expected))
    })
    expect(complaints).toEqual([])
  })
})

function Status() {
  return useAuthState(({ status }) => status)
}
