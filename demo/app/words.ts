const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

/** An instant as a time of day. */
export const timeOfDay = (instant: number): string => clock.format(instant)

/** A duration in its two largest units. */
export function inWords(duration: number): string {
  const seconds = Math.max(0, Math.floor(duration / 1000))
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ]
  const first = units.findIndex(([size]) => seconds >= size)
  if (first < 0) return '0 s'
  return units
    .slice(first, first + 2)
    .map(([size, unit], place) => [Math.floor((place ? seconds % (units[first]?.[0] ?? 1) : seconds) / size), unit])
    .map((part) => part.join(' '))
    .join(' ')
}
