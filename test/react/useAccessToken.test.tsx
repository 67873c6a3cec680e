import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { useAccessToken } from 'authed/react'
import { afterEach, describe, expect, it } from 'vitest'
import { createSession, providerOf } from './session.tsx'

afterEach(cleanup)

async function signedIn() {
  const client = createSession()
  await client.signIn('ada')
  const { result } = renderHook(() => useAccessToken<string>(), { wrapper: providerOf(client) })
  return { client, result }
}

describe('useAccessToken', () => {
  it('gives the token, the state and the verbs', async () => {
    const { result } = await signedIn()
    expect(result.current.accessToken).toBe('access-ada-1')
    expect(result.current).toMatchObject({ status: 'authenticated', userId: 'ada' })
    await expect(result.current.getAccessToken()).resolves.toBe('access-ada-1')
  })

  it('keeps `accessToken` out of JSON, spread, keys and assignment: it is not enumerable', async () => {
    const { result } = await signedIn()
    const { current } = result
    expect(Object.keys(current)).not.toContain('accessToken')
    expect({ ...current }).not.toHaveProperty('accessToken')
    expect(Object.assign({}, current)).not.toHaveProperty('accessToken')
    expect(JSON.stringify(current)).not.toContain('access-ada')
    const forIn: string[] = []
    for (const key in current) forIn.push(key)
    expect(forIn).not.toContain('accessToken')
  })

  it('reads the token when it is asked for, never an old one', async () => {
    const { client, result } = await signedIn()
    const first = result.current
    await act(() => client.refresh())
    expect(first.accessToken).toBe('access-2')
    await act(() => client.signOut())
    expect([first.accessToken, result.current.accessToken]).toEqual([undefined, undefined])
  })

  it('gives what one user has rendered no token of the next', async () => {
    const { client, result } = await signedIn()
    const ada = result.current
    await act(() => client.signIn('grace'))
    expect([ada.accessToken, result.current.accessToken]).toEqual([undefined, 'access-grace-1'])
  })

  it('renders again at a rotation', async () => {
    const { client, result } = await signedIn()
    expect(result.current.revision).toBe(1)
    await act(() => client.refresh())
    expect(result.current.revision).toBe(2)
  })

  it('is the same object while nothing changes', async () => {
    const client = createSession()
    await client.signIn('ada')
    const { result, rerender } = renderHook(() => useAccessToken(), { wrapper: providerOf(client) })
    const first = result.current
    rerender()
    expect(result.current).toBe(first)
  })

  it('signs in, refreshes, takes tokens and signs out', async () => {
    const client = createSession()
    const { result } = renderHook(() => useAccessToken<string>(), { wrapper: providerOf(client) })
    await waitFor(() => expect(result.current.status).toBe('unauthenticated'))
    await act(() => result.current.signIn('ada'))
    await act(() => result.current.refresh())
    expect(result.current.accessToken).toBe('access-2')
    await act(() => result.current.setTokens({ accessToken: 'given', userId: 'grace' }))
    expect([result.current.userId, result.current.accessToken]).toEqual(['grace', 'given'])
    await act(() => result.current.signOut())
    expect(result.current.status).toBe('unauthenticated')
  })
})
