import { act, cleanup, render, screen } from '@testing-library/react'
import { SignedIn, SignedOut, useAuthedSuspenseQuery } from 'authed'
import { Suspense } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { ada, createApp, grace, type Page, rowsUrl } from './app.tsx'

afterEach(cleanup)

function Owner() {
  const { data } = useAuthedSuspenseQuery({
    queryKey: ['rows'],
    url: rowsUrl,
    select: (page: Page) => page.results[0]?.Owner,
  })
  return <p>{data}</p>
}

const screenOf = (
  <Suspense fallback="loading">
    <SignedIn>
      <Owner />
    </SignedIn>
    <SignedOut>signed out</SignedOut>
  </Suspense>
)

describe('useAuthedSuspenseQuery', () => {
  it('suspends until the rows are there', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    render(screenOf, { wrapper })
    expect(screen.getByText('loading')).toBeDefined()
    await screen.findByText('Ada Lovelace')
  })

  it('shows the next user his own, and nobody anything', async () => {
    const { client, server, wrapper } = createApp()
    await client.signIn(ada)
    render(screenOf, { wrapper })
    await screen.findByText('Ada Lovelace')
    await act(() => client.signIn(grace))
    await screen.findByText('Grace Hopper')
    const before = server.counts.resources
    await act(() => client.signOut())
    await screen.findByText('signed out')
    expect(document.body.textContent).not.toMatch(/Hopper|Lovelace/)
    expect(server.counts.resources).toBe(before)
  })
})
