import { QueryClient } from '@tanstack/react-query'
import { type BaserowCredentials, baserow, createAuthClient } from 'authed'
import { createFaults } from 'authed/devtools'

/** Where the token API is; `npm start` fills it in. */
export const apiUrl: string = import.meta.env.VITE_API_URL

/** What the devtools can make go wrong. */
export const faults = createFaults()

/** All that the app has to say about tokens. Who takes the API down and up again does not want to wait half a minute. */
export const client = createAuthClient<BaserowCredentials>(
  faults.wrap({ endpoint: baserow(apiUrl), retryDelay: 3_000 }),
)

export const queryClient = new QueryClient()
