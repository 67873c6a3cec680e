import { createTRPCClient, httpBatchLink } from '@trpc/client'
import type { AppRouter } from './api.ts'
import { describeLibrary } from './contract.ts'

describeLibrary('tRPC', ({ client, apis }) => {
  // A batch of twenty would be one request.
  const link = httpBatchLink({ url: `${apis}/trpc`, fetch: client.fetch, maxItems: 1 })
  const api = createTRPCClient<AppRouter>({ links: [link] })
  return {
    read: () => api.owner.query(),
    write: (name) => api.rename.mutate(name),
    readUntil: (signal) => api.owner.query(undefined, { signal }),
    causeOf: (error) => (error as Error).cause,
  }
})
