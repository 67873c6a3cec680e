import { onlineManager } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { useAuthedMutation } from 'authed'
import { afterEach, describe, expect, it } from 'vitest'
import { ada, createApp, grace, nextTurn, rowsUrl, textOf } from './app.tsx'

afterEach(() => {
  cleanup()
  onlineManager.setOnline(true)
})

const send = async (note: string, { authFetch }: { authFetch: typeof fetch }) => {
  const response = await authFetch(rowsUrl)
  const { results } = (await response.json()) as { results: { Owner: string }[] }
  return `${results[0]?.Owner}: ${note}`
}

describe('useAuthedMutation', () => {
  it('sends with the header attached', async () => {
    const { client, server, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedMutation({ mutationFn: send }), { wrapper })
    act(() => result.current.mutate('hello'))
    await waitFor(() => expect(result.current.data).toBe('Ada Lovelace: hello'))
    expect(server.log.at(-1)?.authorization).toBe('sent')
  })

  it('hands over the context of TanStack Query, and keeps the meta of its user', async () => {
    const { client, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(
      () =>
        useAuthedMutation({
          meta: { title: 'note' },
          mutationFn: async (_: string, context) => [context.client === queryClient, context.meta?.title],
        }),
      { wrapper },
    )
    act(() => result.current.mutate('hello'))
    await waitFor(() => expect(result.current.data).toEqual([true, 'note']))
  })

  it('never shows the next user what came of the former one', async () => {
    const { client, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    const seen: string[] = []
    const { result } = renderHook(
      () => {
        const mutation = useAuthedMutation({ mutationFn: send })
        seen.push(`${client.getState().userId} ${mutation.data} ${mutation.variables}`)
        return mutation
      },
      { wrapper },
    )
    act(() => result.current.mutate('secret'))
    await waitFor(() => expect(result.current.isSuccess).toBe(true))
    await act(() => client.signIn(grace))
    expect(result.current.data).toBeUndefined()
    expect(seen.filter((line) => line.startsWith('2') && /Lovelace|secret/.test(line))).toEqual([])
    expect(textOf(queryClient)).not.toMatch(/Lovelace|secret/)
  })

  it('never sends what one user has paused as the next', async () => {
    const { client, queryClient, server, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedMutation({ mutationFn: send }), { wrapper })
    onlineManager.setOnline(false)
    act(() => result.current.mutate('secret'))
    await waitFor(() => expect(result.current.isPaused).toBe(true))
    await act(() => client.signIn(grace))
    await act(async () => {
      onlineManager.setOnline(true)
      await queryClient.resumePausedMutations()
      await nextTurn()
    })
    expect(server.counts.resources).toBe(0)
    expect(textOf(queryClient)).not.toContain('secret')
  })

  it('sends what was paused once the same user is online again', async () => {
    const { client, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedMutation({ mutationFn: send }), { wrapper })
    onlineManager.setOnline(false)
    act(() => result.current.mutate('hello'))
    await waitFor(() => expect(result.current.isPaused).toBe(true))
    await act(() => client.refresh())
    await act(async () => {
      onlineManager.setOnline(true)
      await queryClient.resumePausedMutations()
    })
    await waitFor(() => expect(result.current.data).toBe('Ada Lovelace: hello'))
  })

  it('refuses to try once more when somebody else has signed in meanwhile', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    const calls: (string | undefined)[] = []
    const { result } = renderHook(
      () =>
        useAuthedMutation({
          retry: 1,
          retryDelay: 1,
          mutationFn: async () => {
            calls.push(client.getState().userId)
            await client.signIn(grace)
            throw new Error('the first attempt fails')
          },
        }),
      { wrapper },
    )
    let failure: unknown
    await act(() => result.current.mutateAsync().catch((error) => (failure = error)))
    expect(failure).toMatchObject({ code: 'session_ended' })
    expect(calls).toEqual(['1'])
  })
})
