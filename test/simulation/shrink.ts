import { play, type Result } from './run.ts'
import type { Scenario } from './scenario.ts'
import type { Library } from './tab.ts'

/**
 * The shortest story found that still breaks the promise that `result` broke: steps are left out by halves, quarters and
 * so on, then tabs.
 */
export async function shrink(library: Library, result: Result): Promise<Result> {
  const { storage } = result
  let best = result

  async function accept(change: Partial<Scenario>): Promise<boolean> {
    const next = await play(library, { ...best.scenario, ...change }, storage)
    const same = next.broken?.promise === result.broken?.promise
    if (same) best = next
    return same
  }

  for (let chunk = Math.ceil(best.scenario.steps.length / 2); chunk >= 1; chunk = Math.floor(chunk / 2)) {
    for (let start = 0; start < best.scenario.steps.length; ) {
      const steps = best.scenario.steps.filter((_, index) => index < start || index >= start + chunk)
      if (!(await accept({ steps }))) start += chunk
    }
  }
  for (let tabs = 1; tabs < best.scenario.tabs; tabs++) if (await accept({ tabs })) break
  return best
}

/** The timeline of a run, a line for each thing that happened. */
export function timelineOf({ scenario, notes, broken }: Result): string {
  const { steps, ...settings } = scenario
  const lines: string[] = []
  for (let index = 0; index < notes.length; index += 2) {
    lines.push(`${((notes[index] as number) / 1000).toFixed(3).padStart(11)}  ${notes[index + 1]}`)
  }
  const title = `seed ${scenario.seed}: ${broken ? broken.message : 'every promise kept'}`
  return [title, `${steps.length} steps, ${JSON.stringify(settings)}`, ...lines].join('\n')
}
