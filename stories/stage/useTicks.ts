import { useEffect, useState } from 'react'

/** Renders again every `interval` milliseconds, for what nobody tells of: a clock, a server's counters. */
export function useTicks(interval: number): void {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), interval)
    return () => clearInterval(timer)
  }, [interval])
}
