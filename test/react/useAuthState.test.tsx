import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { useAuthState } from 'authed/react'
import { useEffect } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { createSession, providerOf } from './session.tsx'

afterEach(cleanup)

describe('useAuthState', () => {
  it('gives the whole state, and follows it', async () => {
    const client = createSession()
    const { result } = renderHook(() => useAuthState(), { wrapper: providerOf(client) })
    expect(result.current.status).toBe('pending')
    await waitFor(() => expect(result.current.status).toBe('unauthenticated'))
    await act(() => client.signIn('ada'))
    expect(result.current).toMatchObject({ status: 'authenticated', userId: 'ada', revision: 1 })
    await act(() => client.signOut())
    expect(result.current).toMatchObject({ status: 'unauthenticated', endReason: 'signed-out' })
  })

  it('renders again only when what is selected has changed', async () => {
    const client = createSession()
    await client.signIn('ada')
    let renders = 0
    const { result } = renderHook(
      () => {
        renders++
        return useAuthState(({ userId }) => userId)
      },
      { wrapper: providerOf(client) },
    )
    const before = renders
    await act(() => client.refresh())
    expect([client.getState().revision, renders]).toEqual([2, before])
    await act(() => client.signIn('grace'))
    expect(result.current).toBe('grace')
    expect(renders).toBeGreaterThan(before)
  })

  it('takes an object for unchanged while its members are, also from a selector written in place', async () => {
    const client = createSession()
    await client.signIn('ada')
    let renders = 0
    const { result } = renderHook(
      () => {
        renders++
        return useAuthState(({ status, userId }) => ({ status, userId }))
      },
      { wrapper: providerOf(client) },
    )
    const [before, first] = [renders, result.current]
    await act(() => client.refresh())
    expect(renders).toBe(before)
    expect(result.current).toBe(first)
  })

  it('keeps that object through renders with another cause, so that an effect on it runs once', async () => {
    const client = createSession()
    await client.signIn('ada')
    const seen: unknown[] = []
    const { result, rerender } = renderHook(
      () => {
        const selected = useAuthState(({ status, userId }) => ({ status, userId }))
        useEffect(() => void seen.push(selected), [selected])
        return selected
      },
      { wrapper: providerOf(client) },
    )
    const { length: before } = seen
    const first = result.current
    for (let times = 0; times < 4; times++) rerender()
    expect([result.current === first, seen.length]).toEqual([true, before])
    await act(() => client.refresh())
    expect([result.current === first, seen.length]).toEqual([true, before])
    await act(() => client.signIn('grace'))
    expect([result.current.userId, seen.length]).toEqual(['grace', before + 1])
  })

  it('compares plain objects only: of a date it cannot tell', async () => {
    const client = createSession()
    await client.signIn('ada')
    const { result, rerender } = renderHook(({ day }) => useAuthState(() => new Date(day)), {
      wrapper: providerOf(client),
      initialProps: { day: 1 },
    })
    rerender({ day: 2 })
    expect(result.current.getTime()).toBe(2)
  })

  it('follows a selector that depends on what is on screen', async () => {
    const client = createSession()
    await client.signIn('ada')
    const { result, rerender } = renderHook(({ name }) => useAuthState((state) => state[name]), {
      wrapper: providerOf(client),
      initialProps: { name: 'status' as 'status' | 'userId' },
    })
    expect(result.current).toBe('authenticated')
    rerender({ name: 'userId' })
    expect(result.current).toBe('ada')
  })

  it('says what to do outside a provider', () => {
    const { error } = console
    const quiet = (event: Event) => event.preventDefault()
    console.error = () => {}
    window.addEventListener('error', quiet)
    try {
      expect(() => renderHook(() => useAuthState())).toThrow(/Wrap the app in <AuthProvider client=/)
    } finally {
      console.error = error
      window.removeEventListener('error', quiet)
    }
  })
})
