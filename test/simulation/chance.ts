/** Where every decision of a simulated run comes from: the same seed makes the same run. */
export interface Chance {
  /** A number from `low` up to, not including, `high`. */
  between(low: number, high: number): number
  /** A whole number from `low` to `high`. */
  whole(low: number, high: number): number
  /** Whether something happens that does so in `share` of all cases. */
  happens(share: number): boolean
  pick<T>(from: readonly T[]): T
}

/** A small generator with 32 bits of state (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = (seed * 0x9e3779b1) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number) => low + next() * (high - low)
  const whole = (low: number, high: number) => Math.floor(between(low, high + 1))
  return {
    between,
    whole,
    happens: (share) => next() < share,
    pick: (from) => from[whole(0, from.length - 1)] as never,
  }
}
