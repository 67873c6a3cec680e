/** The whole test: formatter and types, the build, every test on the sources, and the unit tests on the build. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { chosenEngines, provideBrowsers } from './browsers.ts'

interface Report {
  numPassedTests: number
  numFailedTests: number
  success: boolean
  testResults: {
    name: string
    message: string
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[]
  }[]
}

let passed = 0
/** What failed, to be found at the end of a long output. */
const failures: string[] = []

function run(title: string, command: string, words: string[], env: Record<string, string> = {}) {
  console.log(`\n── ${title}`)
  const started = Date.now()
  const { status, stderr } = spawnSync(command, words, {
    stdio: ['inherit', 'inherit', 'pipe'],
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  process.stderr.write(stderr)
  console.log(`── ${title}: ${status === 0 ? 'ok' : 'failed'} after ${Math.round((Date.now() - started) / 1000)} s`)
  return { ok: status === 0, complaints: stderr.slice(-3_000) }
}

function step(title: string, command: string, words: string[]) {
  const { ok, complaints } = run(title, command, words)
  if (ok) passed++
  else failures.push(`${title}\n${complaints}`)
}

function tests(title: string, words: string[], env: Record<string, string> = {}) {
  const report = `reports/${title.replaceAll(/\W+/g, '-')}.json`
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { ok, complaints } = run(title, 'vitest', ['run', ...words, ...reporters], env)
  const before = failures.length
  try {
    const { testResults, numPassedTests, success }: Report = JSON.parse(readFileSync(report, 'utf8'))
    passed += numPassedTests
    for (const { name, message, assertionResults } of testResults) {
      const file = relative('.', name)
      const failing = assertionResults.filter(({ status }) => status === 'failed')
      for (const { fullName, failureMessages } of failing) {
        failures.push(`${title}: ${file}: ${fullName}\n${failureMessages[0] ?? ''}`)
      }
      // A file that cannot even be loaded has no test that fails.
      if (message && failing.length === 0) failures.push(`${title}: ${file}\n${message}`)
    }
    if (!(ok && success) && failures.length === before) failures.push(`${title}: outside of any test\n${complaints}`)
  } catch (error) {
    failures.push(`${title}: no report was written\n${error}`)
  }
}

rmSync('reports', { recursive: true, force: true })
mkdirSync('reports', { recursive: true })
provideBrowsers(chosenEngines())
step('format and lint', 'biome', ['check', '.'])
step('types', 'tsc', ['--noEmit'])
step('build', 'npm', ['run', '--silent', 'build'])
step('size', 'npm', ['run', '--silent', 'size'])
tests('sources', ['--project=unit', '--project=react', '--project=react-18'])
tests('built package', ['--project=unit', '--project=react', 'test/react', 'test/query', 'test/promises'], {
  AUTHED_DIST: '1',
})
tests('servers', ['--project=servers'])
tests('stories', ['--project=storybook'])
tests('browsers', ['--project=browser'])
for (const failure of failures) console.log(`\n✗ ${failure}`)
console.log(`\n${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length ? 1 : 0
