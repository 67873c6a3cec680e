/** The whole test: formatter and types, the build, every test on the sources, and the unit tests on the build. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { chosenEngines, provideBrowsers } from './browsers.ts'

let passed = 0
let failed = 0

function run(title: string, command: string, words: string[], env: Record<string, string> = {}) {
  console.log(`\n── ${title}`)
  const started = Date.now()
  const { status } = spawnSync(command, words, { stdio: 'inherit', env: { ...process.env, ...env } })
  console.log(`── ${title}: ${status === 0 ? 'ok' : 'failed'} after ${Math.round((Date.now() - started) / 1000)} s`)
  return status === 0
}

function step(title: string, command: string, words: string[]) {
  if (run(title, command, words)) passed++
  else failed++
}

function tests(title: string, words: string[], env: Record<string, string> = {}) {
  const report = `reports/${title.replaceAll(/\W+/g, '-')}.json`
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const ok = run(title, 'vitest', ['run', ...words, ...reporters], env)
  try {
    const { numPassedTests, numFailedTests, success } = JSON.parse(readFileSync(report, 'utf8'))
    passed += numPassedTests
    failed += numFailedTests
    // A file that cannot even be loaded fails no test of its own.
    if (!(ok && success) && numFailedTests === 0) failed++
  } catch {
    failed++
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
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
