import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const { exports, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const run = (command: string, words: string[], cwd = root) => spawnSync(command, words, { cwd, encoding: 'utf8' })
const built = existsSync(join(root, 'dist/index.js'))

// The package is tested as it is packed, so it must have been built: `npm run build`.
describe.runIf(built)('the packed package', () => {
  let folder: string
  let unpacked: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'authed-'))
    const packed = run('npm', ['pack', '--silent', '--pack-destination', folder])
    run('tar', ['-xzf', packed.stdout.trim().split('\n').at(-1) as string], folder)
    unpacked = join(folder, 'package')
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const files = (of: string) => readdirSync(of, { recursive: true, encoding: 'utf8' })
  const code = (of: string) =>
    files(of)
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(join(of, name), 'utf8'))
      .join('\n')

  it('holds the build, the licence, the README and nothing else', () => {
    expect(readdirSync(unpacked).sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json'])
    expect(
      files(join(unpacked, 'dist')).filter((name) => !/\.(js|js\.map|d\.ts)$/.test(name) && /\./.test(name)),
    ).toEqual([])
  })

  it('has a file for every entry that it exports', () => {
    for (const target of Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? entry : Object.values(entry as object),
    )) {
      expect(existsSync(join(unpacked, target as string)), target as string).toBe(true)
    }
  })

  it('can be imported, every entry of it', async () => {
    for (const [name, entry] of Object.entries(exports).filter(([, entry]) => typeof entry === 'object')) {
      const file = join(root, (entry as { default: string }).default)
      if (!file.endsWith('.js')) continue
      expect(Object.keys(await import(/* @vite-ignore */ pathToFileURL(file).href)).length, name).toBeGreaterThan(0)
    }
  })

  it('has hooks and components that React Server Components may import', () => {
    const client: string[] = []
    for (const folder of ['react', 'query', 'appsmith', 'devtools']) {
      const index = readFileSync(join(root, 'src', folder, 'index.ts'), 'utf8')
      for (const [, names, file, extension] of index.matchAll(/export \{([^}]*)\} from '\.\/(\w+)\.(tsx?)'/g)) {
        const [, ...values] = `,${names}`.split(/,\s*(?!type )/)
        const isClient = extension === 'tsx' ? /^(use)?[A-Z]/ : /^use[A-Z]/
        if (values.some((value) => isClient.test(value))) client.push(`${folder}/${file}.js`)
      }
    }
    expect(client.length).toBeGreaterThan(6)
    for (const file of client) {
      expect(readFileSync(join(unpacked, 'dist', file), 'utf8'), file).toMatch(/^["']use client["']/)
    }
  })

  it('has a core without React and bindings without TanStack Query', () => {
    expect(code(join(unpacked, 'dist/core'))).not.toMatch(/from ["'](react|@tanstack)/)
    expect(code(join(unpacked, 'dist/react'))).not.toMatch(/@tanstack/)
    expect(code(join(unpacked, 'dist'))).not.toMatch(/\bprocess\.env\b/)
  })

  it('depends on jwt-decode alone', () => {
    expect(Object.keys(dependencies)).toEqual(['jwt-decode'])
  })

  it('satisfies publint', { timeout: 60_000 }, () => {
    const { stdout, stderr } = run(join(root, 'node_modules/.bin/publint'), ['--strict'])
    expect(stdout + stderr).toMatch(/All good/i)
  })

  it('has types that resolve in every mode of import', { timeout: 120_000 }, () => {
    // Single files for script tags carry no types.
    const single = Object.keys(exports).filter((name) => /\.(iife|esm)\.js$/.test(name))
    const words = ['--pack', '--profile', 'esm-only', '--no-color', '--exclude-entrypoints', ...single]
    const { status, stdout } = run(join(root, 'node_modules/.bin/attw'), words)
    expect(status, stdout).toBe(0)
  })
})

it('is built before its tests', () => {
  expect(built, 'Run `npm run build` first; `npm test` does.').toBe(true)
})
