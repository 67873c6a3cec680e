import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { QueryClient } from '@tanstack/react-query'
import { authedQueryOptions } from 'authed'
import { createAuthClient, memoryStorage } from 'authed/core'
import { describe, expect, it, vi } from 'vitest'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

describe('authedQueryOptions', () => {
  it('lets go of query clients, however long the client lives', async () => {
    let listeners = 0
    const { subscribe, ...client } = createAuthClient<string>({
      endpoint: { signIn: (name) => ({ accessToken: name, userId: name }) },
      storage: memoryStorage(),
    })
    const counted = {
      ...client,
      subscribe(listener: () => void) {
        listeners++
        const detach = subscribe(listener)
        return () => {
          listeners--
          detach()
        }
      },
    }
    await client.signIn('ada')
    const visit = async () => {
      const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: 0 } } })
      const options = authedQueryOptions(counted, { queryKey: ['one'], queryFn: async () => 1 })
      expect(await queryClient.fetchQuery(options)).toBe(1)
      queryClient.clear()
      return new WeakRef(queryClient)
    }
    const gone: WeakRef<QueryClient>[] = []
    for (let round = 0; round < 20; round++) gone.push(await visit())
    await vi.waitFor(() => {
      collectGarbage()
      expect(gone.filter((queryClient) => queryClient.deref())).toEqual([])
    })
    await client.signIn('grace')
    expect(listeners).toBe(0)
  })
})
