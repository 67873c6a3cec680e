const names = 'Heron Wren Kite Robin Swift Plover Lark Tern Merlin Avocet Siskin Dunlin'.split(' ')

/** A name that nobody in `taken` has. */
export function freeName(taken: readonly string[]): string {
  const free = names.filter((name) => !taken.includes(name))
  return free[Math.floor(Math.random() * free.length)] ?? `Gull ${taken.length}`
}

/** The colour of a tab, as a hue; neighbours in the list are far apart. */
export const hueOf = (name: string): number => ((names.indexOf(name) + 1) * 137) % 360
