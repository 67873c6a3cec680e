import { useEffect, useReducer } from 'react'
import type { Devtools } from './useDevtools.ts'

/** The client's clock, read anew every `interval` milliseconds. */
export function useNow({ client }: Devtools, interval: number): number {
  const [, tick] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const timer = setInterval(tick, interval)
    return () => clearInterval(timer)
  }, [interval])
  return client.inspect().now
}
