import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const pages = ['README.md', 'docs', 'stories']
  .flatMap((place) =>
    place.endsWith('.md')
      ? [place]
      : existsSync(join(root, place))
        ? readdirSync(join(root, place)).map((name) => `${place}/${name}`)
        : [],
  )
  .filter((name) => /\.mdx?$/.test(name))
const text = (page: string) => readFileSync(join(root, page), 'utf8')
const folder = join(root, 'reports/docs')

describe('the documentation', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has code blocks that compile', { timeout: 120_000 }, () => {
    for (const page of pages) {
      for (const [index, match] of [...text(page).matchAll(/```(tsx?)\n([\s\S]*?)```/g)].entries()) {
        const [, extension, code] = match as unknown as [string, string, string]
        writeFileSync(join(folder, `${page.replaceAll(/\W/g, '_')}_${index}.${extension}`), `${code}\nexport {}\n`)
      }
    }
    expect(readdirSync(folder).length).toBeGreaterThan(3)
    const config = {
      extends: '../../tsconfig.json',
      compilerOptions: { rootDir: '../..', noUnusedLocals: false },
      include: ['.'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(folder, 'tsconfig.json')], {
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })

  it.each(pages)('%s links only to what exists', (page) => {
    const links = [...text(page).matchAll(/\]\((?!https?:|#|\?)([^)#\s]+)/g)].map(([, link]) => link as string)
    for (const link of links)
      expect(existsSync(resolve(dirname(join(root, page)), link)), `${page} → ${link}`).toBe(true)
  })

  it('names every error code', () => {
    const source = readFileSync(join(root, 'src/core/errors.ts'), 'utf8')
    const codes = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code as string)
    expect(codes.length).toBeGreaterThan(5)
    for (const code of codes) expect(text('README.md')).toContain(`\`${code}\``)
  })

  it('quotes the sizes that were measured', () => {
    const sizes: { name: string; gzip: number }[] = JSON.parse(readFileSync(join(root, 'docs/size.json'), 'utf8'))
    expect(sizes.length).toBeGreaterThan(2)
    for (const { name, gzip } of sizes) expect(text('README.md'), name).toContain(`${(gzip / 1000).toFixed(1)} kB`)
  })

  it('speaks of nothing but the project', () => {
    for (const page of [...pages, 'CHANGELOG.md']) {
      expect(text(page), relative(root, page)).not.toMatch(/\/(work|root|home)\/|registry\.|subagent|\bclaude\b/i)
    }
  })
})
