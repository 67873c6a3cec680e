import { act, cleanup, render, renderHook, screen, waitFor } from '@testing-library/react'
import { useAuthedQuery, useAuthState } from 'authed'
import { createTabs } from 'authed/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { ada, createApp, createClient, createServer, grace, type Page, rowsUrl, textOf } from './app.tsx'

afterEach(cleanup)

const rows = { queryKey: ['rows'], url: rowsUrl, select: ({ results }: Page) => results[0]?.Owner }

describe('promise 7: quiet', () => {
  it('renders nothing but what reads the token at a rotation, and refetches nothing', async () => {
    const { client, server, wrapper } = createApp()
    await client.signIn(ada)
    const renders = { rows: 0, status: 0, revision: 0 }
    const Rows = () => {
      renders.rows++
      return <p>{useAuthedQuery(rows).data}</p>
    }
    const Status = () => {
      renders.status++
      return <p>{useAuthState(({ status, userId }) => ({ status, userId })).status}</p>
    }
    const Revision = () => {
      renders.revision++
      return <p>{useAuthState(({ revision }) => revision)}</p>
    }
    render([<Rows key="rows" />, <Status key="status" />, <Revision key="revision" />], { wrapper })
    await screen.findByText('Ada Lovelace')
    const [before, fetched] = [{ ...renders }, server.counts.resources]
    await act(() => client.refresh())
    await screen.findByText('2')
    expect(renders.revision).toBeGreaterThan(before.revision)
    expect(renders).toMatchObject({ rows: before.rows, status: before.status })
    expect(server.counts.resources).toBe(fetched)
  })
})

describe('promise 8: one user’s data stays theirs', () => {
  it('leaves nothing of the former user on screen or in the cache, when the change happened in another tab', async () => {
    const server = createServer()
    const tabs = createTabs()
    const { client, queryClient, wrapper } = createApp({ server, ...tabs.open() })
    const other = createClient(server, tabs.open())
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedQuery(rows), { wrapper })
    await waitFor(() => expect(result.current.data).toBe('Ada Lovelace'))
    await act(() => other.signIn(grace))
    await waitFor(() => expect(result.current.data).toBe('Grace Hopper'))
    expect(textOf(queryClient)).not.toContain('Lovelace')
    await act(() => other.signOut())
    await waitFor(() => expect(client.getState().status).toBe('unauthenticated'))
    expect(result.current.data).toBeUndefined()
    expect(textOf(queryClient)).not.toContain('Hopper')
  })
})
