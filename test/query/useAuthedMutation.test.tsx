import { focusManager, onlineManager } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { authedQueryOptions, useAuthedMutation } from 'authed'
import { afterEach, describe, expect, it } from 'vitest'
import { ada, createApp, grace, nextTurn, rowsUrl, textOf } from './app.tsx'

afterEach(() => {
  cleanup()
  onlineManager.setOnline(true)
  focusManager.setFocused(undefined)
})

const send = async (note: string, { authFetch }: { authFetch: typeof fetch }) => {
  const response = await authFetch(rowsUrl)
  const { results } = (await response.json()) as { results: { Owner: string }[] }
  return `${results[0]?.Owner}: ${note}`
}

const codeOf = (error: unknown) => (error as { code?: string } | null)?.code

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

  it('rejects what one user has paused as soon as he is gone, though the network is still away', async () => {
    const { client, queryClient, server, wrapper } = createApp()
    await client.signIn(ada)
    const events: string[] = []
    const { result } = renderHook(
      () =>
        useAuthedMutation({
          mutationFn: send,
          retry: 3,
          scope: { id: 'notes' },
          onMutate: (note) => `${note} before`,
          onError: (error, note, before) => void events.push(`error ${codeOf(error)} ${note} ${before}`),
          onSettled: (data, error) => void events.push(`settled ${data} ${codeOf(error)}`),
        }),
      { wrapper },
    )
    onlineManager.setOnline(false)
    const outcomes: Promise<unknown>[] = []
    act(() => {
      for (const note of ['one', 'two']) outcomes.push(result.current.mutateAsync(note).catch(codeOf))
    })
    await waitFor(() => expect(result.current.isPaused).toBe(true))
    await act(() => client.signOut())
    expect(await Promise.all(outcomes)).toEqual(['session_ended', 'session_ended'])
    expect(events.toSorted()).toEqual([
      'error session_ended one one before',
      'error session_ended two two before',
      'settled undefined session_ended',
      'settled undefined session_ended',
    ])
    expect(textOf(queryClient)).toBe('[[],[]]')
    await act(async () => {
      onlineManager.setOnline(true)
      await queryClient.resumePausedMutations()
      await nextTurn()
    })
    expect([events.length, server.counts.resources]).toEqual([4, 0])
  })

  it('rejects what pauses between two attempts after its user is gone', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    let attempts = 0
    const { result } = renderHook(
      () =>
        useAuthedMutation({
          retry: 1,
          retryDelay: 1,
          async mutationFn() {
            attempts++
            focusManager.setFocused(false)
            void client.signOut()
            throw new Error('the first attempt fails')
          },
        }),
      { wrapper },
    )
    expect(await act(() => result.current.mutateAsync().catch(codeOf))).toBe('session_ended')
    expect(attempts).toBe(1)
  })

  it('keeps `mutateAsync` the same function, which resolves with what is answered', async () => {
    const { client, wrapper } = createApp()
    await client.signIn(ada)
    const { result, rerender } = renderHook(() => useAuthedMutation({ mutationFn: send }), { wrapper })
    const { mutateAsync } = result.current
    expect(await act(() => mutateAsync('hello'))).toBe('Ada Lovelace: hello')
    rerender()
    expect(result.current.mutateAsync).toBe(mutateAsync)
    await act(() => client.signIn(grace))
    expect(result.current.mutateAsync).toBe(mutateAsync)
    expect(await act(() => mutateAsync('hello'))).toBe('Grace Hopper: hello')
  })

  it('leaves an app alone that clears its caches: nobody is gone', async () => {
    const { client, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    const { result } = renderHook(() => useAuthedMutation({ mutationFn: send }), { wrapper })
    onlineManager.setOnline(false)
    act(() => result.current.mutate('hello'))
    await waitFor(() => expect(result.current.isPaused).toBe(true))
    await act(async () => {
      queryClient.clear()
      await nextTurn()
    })
    expect([result.current.isPaused, result.current.error]).toEqual([true, null])
  })

  it('rolls nothing back into the cache that its user has left', async () => {
    const { client, queryClient, wrapper } = createApp()
    await client.signIn(ada)
    const { queryKey } = authedQueryOptions<string[]>(client, { queryKey: ['notes'], url: rowsUrl })
    queryClient.setQueryData(queryKey, [])
    const { result } = renderHook(
      () =>
        useAuthedMutation({
          mutationFn: send,
          onMutate(note) {
            queryClient.setQueryData(queryKey, (notes) => notes && [...notes, note])
            return queryClient.getQueryData(queryKey)
          },
          onError: (_error, _note, before) => void queryClient.setQueryData(queryKey, (notes) => notes && before),
        }),
      { wrapper },
    )
    onlineManager.setOnline(false)
    let outcome: Promise<unknown> | undefined
    act(() => {
      outcome = result.current.mutateAsync('secret').catch(codeOf)
    })
    await waitFor(() => expect(queryClient.getQueryData(queryKey)).toEqual(['secret']))
    await act(() => client.signOut())
    expect(await outcome).toBe('session_ended')
    expect(textOf(queryClient)).toBe('[[],[]]')
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
