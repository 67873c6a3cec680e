import { useQuery } from '@tanstack/react-query'
import { act, cleanup, render, renderHook, screen, waitFor } from '@testing-library/react'
import { authedInfiniteQueryOptions, authedQueryOptions, useAuthedQuery } from 'authed'
import { memoryStorage } from 'authed/core'
import { afterEach, describe, expect, it } from 'vitest'
import { ada, createApp, createGate, createServer, grace, nextTurn, type Page, rowsUrl, textOf } from './app.tsx'

afterEach(cleanup)

const rows = { queryKey: ['rows'], url: rowsUrl, select: (page: Page) => page.results[0]?.Owner }

describe('traps of TanStack Query', () => {
  it('never spreads the context of the query function: a request that ignores `signal` outlives its screen', async () => {
    const server = createServer()
    const gate = createGate(server)
    const { client, queryClient, wrapper } = createApp({ server, fetch: gate.fetch })
    await client.signIn(ada)
    const queryFn = async ({ authFetch }: { authFetch: typeof fetch }) =>
      (await (await authFetch(rowsUrl)).json()) as Page
    const { unmount } = renderHook(() => useAuthedQuery({ queryKey: ['rows'], queryFn }), { wrapper })
    await waitFor(() => expect(server.counts.resources).toBe(1))
    unmount()
    gate.open()
    await waitFor(() => expect(textOf(queryClient)).toContain('Ada Lovelace'))
    expect(server.counts.resources).toBe(1)
  })

  it('makes `enabled` a function of the auth store: sign-out does not refetch', async () => {
    const { client, server, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(() => ({ ...useAuthedQuery(rows) }), { wrapper })
    await waitFor(() => expect(result.current.data).toBe('Ada Lovelace'))
    const before = server.counts.resources
    // Before any render: what the query is asked at this moment, a boolean could not know.
    const detach = client.subscribe(() => void queryClient.refetchQueries())
    await act(() => client.signOut())
    await act(nextTurn)
    detach()
    const { data, status, fetchStatus, error } = result.current
    expect({ data, status, fetchStatus, error }).toEqual({ status: 'pending', fetchStatus: 'idle', error: null })
    expect(server.counts.resources).toBe(before)
  })

  it('resets, and does not remove: secrets leave the screen without a render of ours', async () => {
    const { client, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    const once = authedQueryOptions(client, rows)
    render(<Owner options={once} />, { wrapper })
    await screen.findByText('Ada Lovelace')
    await act(() => client.signOut())
    await screen.findByText('nothing')
    // Removed, it would no longer be found.
    await act(() => client.signIn(ada))
    await act(() => queryClient.refetchQueries({ queryKey: ['rows'] }))
    await screen.findByText('Ada Lovelace')
  })

  it('makes `enabled` ask for the user too: options of a former one are at rest', async () => {
    const { client, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    render(<Owner options={authedQueryOptions(client, rows)} />, { wrapper })
    await screen.findByText('Ada Lovelace')
    await act(() => client.signIn(grace))
    await act(() => queryClient.refetchQueries({ queryKey: ['rows'] }))
    await act(nextTurn)
    expect(document.body.textContent).toBe('nothing')
  })

  it('keeps queries enabled and waiting while the session is restored: the user sees `isLoading`', async () => {
    const { storage, open } = slowStorage()
    const { client: before } = createApp({ storage })
    open()
    await before.signIn(ada)
    const slow = slowStorage(storage)
    const { client, server, wrapper } = createApp({ storage: slow.storage })
    const { result } = renderHook(() => useAuthedQuery(rows), { wrapper })
    await act(nextTurn)
    expect(client.getState().status).toBe('pending')
    expect([result.current.isLoading, result.current.isEnabled, server.counts.resources]).toEqual([true, true, 0])
  })

  it('sets no `retry` in shared options: the defaults of the app decide', () => {
    const { client } = createApp()
    expect(authedQueryOptions(client, rows)).not.toHaveProperty('retry')
    expect(authedInfiniteQueryOptions(client, { queryKey: ['rows'], url: rowsUrl })).not.toHaveProperty('retry')
    expect(authedQueryOptions(client, { ...rows, retry: 7 }).retry).toBe(7)
  })

  it('makes the user part of the key, and the token never', async () => {
    const { client } = createApp()
    const keyOf = () => authedQueryOptions(client, rows).queryKey
    expect(keyOf()).toEqual(['rows', { authed: 'authed', userId: undefined }])
    await client.signIn(ada)
    const key = keyOf()
    expect(key).toEqual(['rows', { authed: 'authed', userId: '1' }])
    await client.refresh()
    expect(keyOf()).toEqual(key)
  })
})

function Owner({
  options,
}: {
  options: ReturnType<typeof authedQueryOptions<Page, Error, string | undefined, string[]>>
}) {
  const { data, error } = useQuery(options)
  return <p>{error ? `error: ${error.message}` : (data ?? 'nothing')}</p>
}

/** A storage that is read only once it is opened. */
function slowStorage(below = memoryStorage()) {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const get = async (key: string) => {
    await opened
    return below.get(key)
  }
  return { storage: { ...below, get }, open }
}
