// @vitest-environment node
import { createAuthClient } from 'authed/core'
import { AuthPending, AuthProvider, SignedIn, SignedOut, useAccessToken, useAuthState } from 'authed/react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { createSession, endpoint } from './session.tsx'

function Life() {
  const { status, accessToken } = useAccessToken()
  const selected = useAuthState((state) => state.status)
  return <p>{[status, selected, String(accessToken)].join(' ')}</p>
}

describe('on a server', () => {
  it('there is no document', () => {
    expect(typeof document).toBe('undefined')
  })

  it('renders the pending screen, with the default storage too', () => {
    const client = createAuthClient({ endpoint })
    const html = renderToString(
      <AuthProvider client={client}>
        <Life />
        <AuthPending>loading</AuthPending>
        <SignedIn>signed in</SignedIn>
        <SignedOut>signed out</SignedOut>
      </AuthProvider>,
    )
    expect(html).toBe('<p>pending pending undefined</p>loading')
  })

  it('renders the same for everybody, whoever is signed in there', async () => {
    const client = createSession()
    await client.signIn('ada')
    const html = renderToString(
      <AuthProvider client={client}>
        <SignedIn>ada</SignedIn>
        <AuthPending>loading</AuthPending>
      </AuthProvider>,
    )
    expect(html).toBe('loading')
  })
})
