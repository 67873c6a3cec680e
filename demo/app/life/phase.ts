/** The instants of a token's life, in milliseconds. */
export interface Span {
  obtainedAt: number
  /** From here on it is refreshed in the background. */
  refreshAheadAt: number
  /** From here on callers wait for the next one. */
  waitAt: number
  expiresAt: number
}

/** Where in its life a token is. */
export function phaseOf({ refreshAheadAt, waitAt, expiresAt }: Span, now: number) {
  if (now >= expiresAt) return { name: 'expired', words: 'The session goes on; a new token is being sought' } as const
  if (now >= waitAt) return { name: 'margin', words: 'Margin: callers wait for the next one' } as const
  if (now >= refreshAheadAt)
    return { name: 'ahead', words: 'Refresh ahead: still handed out while the next one is fetched' } as const
  return { name: 'valid', words: 'Valid: handed out at once' } as const
}
