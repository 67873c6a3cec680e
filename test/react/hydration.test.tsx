import { act, cleanup, render, waitFor } from '@testing-library/react'
import { AuthPending, AuthProvider, SignedIn, SignedOut, useAccessToken, useAuthState } from 'authed/react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it } from 'vitest'
import { createSession } from './session.tsx'

afterEach(cleanup)

const screenOf = (client: ReturnType<typeof createSession>) => (
  <AuthProvider client={client}>
    <Status />
    <Token />
    <AuthPending>loading</AuthPending>
    <SignedIn>hello</SignedIn>
    <SignedOut>sign in</SignedOut>
  </AuthProvider>
)

/** What React has to say about server text that it did not expect. */
async function complaintsOf(work: (complain: (...words: unknown[]) => void) => Promise<void>) {
  const { error } = console
  const complaints: unknown[] = []
  const complain = (...words: unknown[]) => void complaints.push(words)
  console.error = complain
  try {
    await work(complain)
  } finally {
    console.error = error
  }
  return complaints
}

describe('hydration', () => {
  it.each([
    ['a session that is yet to be restored', 'none', 'unauthenticatednonesign in'],
    ['a session that is known already', 'ada', 'authenticatedaccess-ada-1hello'],
  ])('finds what the server rendered, with %s', async (_, user, expected) => {
    const client = createSession()
    const container = document.createElement('div')
    container.innerHTML = renderToString(screenOf(createSession()))
    expect(container.textContent).toBe('pendingnoneloading')
    if (user !== 'none') await client.signIn(user)
    const complaints = await complaintsOf(async (onRecoverableError) => {
      document.body.append(container)
      await act(async () => void render(screenOf(client), { container, hydrate: true, onRecoverableError }))
      await waitFor(() => expect(container.textContent).toBe(expected))
    })
    expect(complaints).toEqual([])
  })
})

function Status() {
  return useAuthState(({ status }) => status)
}

function Token() {
  return useAccessToken().accessToken ?? 'none'
}
