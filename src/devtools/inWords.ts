const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A duration in milliseconds as one reads it: `340 ms`, `8.2 s`, `4 min 10 s`, `2 h 5 min`, `3 days`. */
export function inWords(duration: number): string {
  const length = Math.abs(duration)
  if (length < second) return `${Math.round(length)} ms`
  if (length < minute) return `${(length / second).toFixed(1)} s`
  if (length < hour) return `${Math.floor(length / minute)} min ${Math.floor((length % minute) / second)} s`
  if (length < 2 * day) return `${Math.floor(length / hour)} h ${Math.floor((length % hour) / minute)} min`
  return `${Math.floor(length / day)} days`
}

/** An instant as the time of the day, with seconds. */
export const timeOfDay = (instant: number): string =>
  new Date(instant).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
