import { QueryClient } from '@tanstack/react-query'
import { type BaserowCredentials, baserow, createAuthClient } from 'authed'

/** Where the token API is; `npm start` fills it in. */
export const apiUrl: string = import.meta.env.VITE_API_URL

/** All that the app has to say about tokens. Who takes the API down and up again does not want to wait half a minute. */
export const client = createAuthClient<BaserowCredentials>({ endpoint: baserow(apiUrl), retryDelay: 3_000 })

export const queryClient = new QueryClient()
