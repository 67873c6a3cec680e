/**
 * Changes the core in hundreds of small ways and looks whether a unit test notices: `npm run mutate`. Writes
 * `test/core/MUTATION.md`, where each change that nobody noticed stands with the reason of `test/core/survivors.json`.
 * `--report` only writes, from the last run.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface Mutant {
  replacement?: string
  status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'RuntimeError' | 'CompileError'
  location: { start: { line: number; column: number }; end: { line: number; column: number } }
}

interface Report {
  files: Record<string, { source: string; mutants: Mutant[] }>
}

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const cell = (text: string) =>
  `\`${text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('`', '´').slice(0, 90)}\``

if (!process.argv.includes('--report')) {
  const { status } = spawnSync('stryker', ['run'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

/** The text that a mutant replaces. Lines and columns count from one. */
function originalOf(source: string, { location: { start, end } }: Mutant): string {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  lines[lines.length - 1] = (lines.at(-1) ?? '').slice(0, end.column - 1)
  lines[0] = (lines[0] ?? '').slice(start.column - 1)
  return lines.join('\n')
}

const { files }: Report = JSON.parse(read('reports/mutation.json'))
const reasons: Record<string, Record<string, string>> = JSON.parse(read('test/core/survivors.json'))
const rows: string[] = []
const survivors: string[] = []
let all = 0
let noticed = 0
for (const [file, { source, mutants }] of Object.entries(files)) {
  const counted = mutants.filter(({ status }) => !/Ignored|Error/.test(status))
  const alive = counted.filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
  const dead = counted.length - alive.length
  all += counted.length
  noticed += dead
  rows.push(`| \`${file}\` | ${counted.length} | ${dead} | ${((dead / counted.length) * 100).toFixed(1)} % |`)
  const name = file.split('/').at(-1) ?? file
  for (const mutant of alive) {
    const [original, replacement] = [originalOf(source, mutant), mutant.replacement ?? ''].map(cell) as [string, string]
    const reason = reasons[name]?.[`${original} → ${replacement}`] ?? 'not judged yet'
    survivors.push(`| \`${name}\` ${mutant.location.start.line} | ${original} | ${replacement} | ${reason} |`)
  }
}
const text = `# What the unit tests notice

Written by \`npm run mutate\` ([Stryker](https://stryker-mutator.io)): small changes of the core, one at a time, and whether a
test of \`test/core\`, \`test/promises\` or \`test/secrets.test.ts\` fails. The simulation is not asked; it catches more.

| file | changes | noticed | |
| --- | --- | --- | --- |
${rows.join('\n')}
| together | ${all} | ${noticed} | ${((noticed / all) * 100).toFixed(1)} % |

## What nobody noticed, and why

| where | instead of | this | why it may |
| --- | --- | --- | --- |
${survivors.join('\n')}
`
writeFileSync(`${root}test/core/MUTATION.md`, text)
console.log(`${noticed} of ${all} changes noticed: ${((noticed / all) * 100).toFixed(1)} %`)
