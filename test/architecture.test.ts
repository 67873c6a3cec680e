import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../src')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => join(root, name))

const source = (file: string) => readFileSync(file, 'utf8')
const code = (file: string) => source(file).replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
const name = (file: string) => relative(root, file)

/** What a file imports, type imports included: relative ones as paths, others as they stand. */
const imports = (file: string) =>
  [...code(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) =>
    (specifier as string).startsWith('.') ? resolve(dirname(file), specifier as string) : (specifier as string),
  )

/** The floor of a file: it may import from its own and lower ones. */
const floors: [RegExp, number][] = [
  [/^core\/(errors|clock|tokens|within|facts)\.ts$/, 0],
  [/^core\/machine\.ts$/, 1],
  [/^core\/(storage|endpoints)\//, 2],
  [
    /^core\/(lock|channel|wake|record|ask|refresher|waiters|state|timeline|options|settings|inspection|authFetch)\.ts$/,
    2,
  ],
  [/^core\/(engine|client)\.ts$/, 3],
  [/^core\/index\.ts$/, 3],
  [/^react\//, 4],
  [/^(query|appsmith|devtools)\//, 5],
  [/^testing\//, 6],
  [/^index\.ts$/, 7],
]
const floor = (file: string) => floors.find(([pattern]) => pattern.test(name(file)))?.[1]
const folder = (file: string) => name(file).split('/')[0] as string

describe('the tree', () => {
  it.each(files.map((file) => [name(file), file]))('%s imports only from its own floor and lower ones', (_, file) => {
    const own = floor(file)
    expect(own, `no floor is named for ${name(file)}`).toBeDefined()
    for (const target of imports(file).filter((path) => path.startsWith(root))) {
      expect(floor(target), `${name(file)} imports ${name(target)}`).toBeLessThanOrEqual(own as number)
    }
  })

  it.each(files.map((file) => [name(file), file]))('%s reaches another folder only by its entry', (_, file) => {
    const foreign = imports(file).filter((path) => path.startsWith(root) && folder(path) !== folder(file))
    for (const target of foreign) expect(name(target), `imported by ${name(file)}`).toMatch(/^\w+\/index\.ts$/)
    const allowed: Record<string, string[]> = {
      core: [],
      react: ['core'],
      query: ['core', 'react'],
      appsmith: ['core'],
      devtools: ['core', 'react'],
      testing: ['core', 'appsmith'],
    }
    const permitted = allowed[folder(file)]
    if (permitted) expect(permitted).toEqual(expect.arrayContaining(foreign.map(folder)))
  })

  it('has no import cycle, type imports included', () => {
    const done = new Set<string>()
    const visit = (file: string, path: string[]): void => {
      expect(path.map(name), `cycle through ${name(file)}`).not.toContain(name(file))
      if (done.has(file)) return
      for (const target of imports(file).filter((target) => files.includes(target))) visit(target, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
  })

  it.each(files.map((file) => [name(file), file]))('%s is at most 250 lines long', (_, file) => {
    expect(source(file).split('\n').length - 1).toBeLessThanOrEqual(250)
  })

  it('has files of about fifty lines', () => {
    const lengths = files.map((file) => source(file).split('\n').length).sort((one, other) => one - other)
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(80)
  })

  it.each(files.map((file) => [name(file), file]))('%s has no `any`, no default export, no vague name', (_, file) => {
    expect(code(file)).not.toMatch(/(:|<|\bas|,|\()\s*any\b/)
    expect(code(file)).not.toMatch(/export default/)
    expect(name(file)).not.toMatch(/util|helper|common|manager|misc/i)
  })

  it('lets nothing but its own folder know React', () => {
    const packages = (file: string) => imports(file).filter((path) => !path.startsWith('/'))
    for (const file of files.filter((file) => folder(file) === 'core')) {
      for (const name of packages(file)) expect(name).toBe('jwt-decode')
    }
    for (const file of files.filter((file) => folder(file) === 'react')) {
      for (const name of packages(file)) expect(name).toMatch(/^react($|\/)/)
    }
  })

  it('touches window and document only in the ports', () => {
    const ports = /^core\/(wake)\.ts$/
    for (const file of files.filter((file) => folder(file) === 'core' && !ports.test(name(file)))) {
      expect(code(file).replace(/'[^'\n]*'|`[^`]*`/g, "''"), name(file)).not.toMatch(/\b(window|document)\b/)
    }
  })

  it('documents every export', () => {
    const declared = /(?:^|\n)(.*)\nexport (?:declare )?(?:async )?(?:function|const|class|interface|type) (\w+)/g
    const bare = files.flatMap((file) => {
      const exported = [...source(file).matchAll(declared)].map(([, before, word]) => ({
        before: before as string,
        word,
      }))
      // The first of several overloads speaks for them all.
      const documented = exported.filter(({ before }) => /\*\/\s*$/.test(before)).map(({ word }) => word)
      return exported.filter(({ word }) => !documented.includes(word)).map(({ word }) => `${name(file)}: ${word}`)
    })
    expect(bare).toEqual([])
  })
})
