/**
 * Shows that the simulation bites: plays it against the core with one deliberate bug after the other until a promise is
 * broken, and writes how many seeds each took. `npm run simulate:bite -- --seeds 20000 --only 7`
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Bug, bugs } from '../test/simulation/bugs.ts'
import { libraryIn } from '../test/simulation/library.ts'
import { pastBugs } from '../test/simulation/pastBugs.ts'
import { playSeed, type Result } from '../test/simulation/run.ts'

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '20000' }, only: { type: 'string' } },
})
const most = Number(values.seeds)
const root = fileURLToPath(new URL('..', import.meta.url))
// Below the project, where its dependencies are found; one for each process.
const workshop = `${root}reports/bite-${process.pid}`

/** A copy of the core with the bug in it. Fails where the core no longer reads as the bug expects. */
function plant({ changes = [] }: Bug, folder: string) {
  mkdirSync(folder, { recursive: true })
  cpSync(`${root}src/core`, folder, { recursive: true })
  for (const [file, right, wrong] of changes) {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    if (text.split(right).length !== 2) throw new Error(`${file} does not hold once: ${right}. Mend the list of bugs.`)
    writeFileSync(
      `${folder}/${file}`,
      text.replace(right, () => wrong),
    )
  }
  return libraryIn(folder)
}

async function hunt(bug: Bug, index: number): Promise<{ bug: Bug; seed?: number; result?: Result }> {
  const library = await plant(bug, `${workshop}/${index}`)
  const { seed: known, storage = 'IndexedDB' } = bug
  for (let seed = known ?? 1; seed <= (known ?? most); seed++) {
    const result = await playSeed(library, seed, storage)
    if (result.broken) return { bug, seed, result }
  }
  return { bug }
}

// A broken core may leave rejections behind that nobody waits for: the referee has seen what matters.
process.on('unhandledRejection', () => {})
rmSync(workshop, { recursive: true, force: true })
const caught = []
for (const [index, bug] of [...bugs, ...pastBugs].entries()) {
  if (values.only && Number(values.only) !== index + 1) continue
  const found = await hunt(bug, index)
  caught.push(found)
  const { seed, result } = found
  const count = seed ? String(seed) : `none of ${most}`
  console.log(`${String(index + 1).padStart(3)} ${count.padStart(14)}  ${bug.name}: ${result?.broken?.message ?? '-'}`)
}
rmSync(workshop, { recursive: true, force: true })

const rows = caught.map(({ bug, seed, result }) => {
  const count = bug.seed && seed ? `${seed} itself` : (seed ?? `none of ${most}`)
  return `| ${bug.name} | ${count} | ${result?.broken?.promise ?? ''} | ${pastBugs.includes(bug) ? 'yes' : ''} |`
})
const text = `# What the simulation catches

Written by \`npm run simulate:bite\`: deliberate bugs in the core, the number of seeds that it took to catch each, and the
promise of the design that it broke. Bugs of the last column are no inventions: the core had them until the simulation
found them. Where a seed is named itself, a longer search has found it.

| bug | seeds | promise | happened |
|---|---|---|---|
${rows.join('\n')}
`
if (!values.only) writeFileSync(`${root}test/simulation/BITE.md`, text)
process.exitCode = caught.every(({ seed }) => seed) ? 0 : 1
