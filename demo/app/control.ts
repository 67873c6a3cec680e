import { useQuery } from '@tanstack/react-query'
import { apiUrl, queryClient } from './session.ts'

/** What the API tells about itself. */
interface Status {
  counts: {
    signIns: number
    refreshes: number
    resources: number
    unauthorized: number
    reuseDetections: number
    familiesRevoked: number
  }
  recent: { at: number; status: number }[]
  /** When this tab last brought the API up: what it answered before tells nothing any more. */
  healedAt: number
}

/** What can be done to the API. */
export type Command = 'up' | 'down' | 'expire' | 'revoke'

const queryKey = ['control']
let healedAt = 0

async function ask(name: string): Promise<Status> {
  const method = name === 'status' ? 'GET' : 'POST'
  const response = await fetch(`${apiUrl}/control/${name}`, { method })
  if (name === 'up') healedAt = Date.now()
  return { ...(await response.json()), healedAt }
}

/** Does something to the API, and shows at once what came of it. */
export async function command(name: Command): Promise<void> {
  queryClient.setQueryData(queryKey, await ask(name))
  await queryClient.invalidateQueries({ queryKey: ['rows'] })
  await queryClient.invalidateQueries({ queryKey })
}

/** The API's counters, once a second, and whether its last answer was that it is down. */
export function useControl() {
  const { data, isError } = useQuery({ queryKey, queryFn: () => ask('status'), refetchInterval: 1_000, retry: false })
  const last = data?.recent.findLast(({ at, status }) => status > 0 && at > data.healedAt)
  return { counts: data?.counts, isGone: isError, isDown: !isError && (last?.status ?? 0) >= 500 }
}
