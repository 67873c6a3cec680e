/** One access token's life, and the tab that fetched it. `obtainedAt` is the same in all tabs, so it names the token. */
export interface TokenLife {
  readonly obtainedAt: number
  readonly revision: number
  /** The tab that fetched it; absent until somebody tells. */
  readonly by?: string
}

const length = 24

/** Two tabs' memories as one, oldest first. A session's first token (revision 1) makes a new start. */
export function mergeLives(one: readonly TokenLife[], other: readonly TokenLife[]): readonly TokenLife[] {
  const known = new Map<number, TokenLife>()
  for (const life of [...one, ...other]) {
    if (life.by || !known.has(life.obtainedAt)) known.set(life.obtainedAt, life)
  }
  const lives = [...known.values()].sort((a, b) => a.obtainedAt - b.obtainedAt)
  const start = lives.findLastIndex(({ revision }) => revision === 1)
  return lives.slice(Math.max(start, 0)).slice(-length)
}
