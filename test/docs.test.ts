import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { createAuthClient, memoryStorage, type TokenEndpoint } from 'authed/core'
import { createFakeClock, createTokenServer } from 'authed/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { blocksOf, modules, otherBlocks, pages, root, textOf, writeModules } from './docs/pages.ts'
import { longTables, overview, peers, raceTable } from './docs/peers.ts'

const written = writeModules('compile')
afterAll(written.remove)

/** A text without its line breaks, so that a sentence can be looked for. */
const flat = (page: string) => textOf(page).replaceAll(/\s+/g, ' ')
const json = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))

describe('the documentation', () => {
  it('has code that compiles', { timeout: 120_000 }, () => {
    const config = {
      extends: '../../tsconfig.json',
      compilerOptions: { rootDir: '../..', noUnusedLocals: false },
      include: ['.'],
    }
    writeFileSync(join(written.folder, 'tsconfig.json'), JSON.stringify(config))
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', written.folder], { encoding: 'utf8' })
    expect(stdout).toBe('')
    expect(modules.length).toBeGreaterThan(50)
  })

  // test/docs/run.test.tsx runs all TypeScript. Whatever is not run is counted here, so that it cannot grow unseen.
  it('has no code but commands for a shell that is not run', () => {
    expect(otherBlocks.map(({ language }) => language)).toEqual(Array(5).fill('sh'))
    for (const { code } of otherBlocks) expect(code).toMatch(/^(npm (install|create|run)|cd) /)
  })

  it.each(pages)('%s links only to what exists', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#|\?)([^)#\s]+)/g)].map(([, link]) => link as string)
    for (const link of links) expect(existsSync(resolve(dirname(join(root, page)), link)), link).toBe(true)
  })

  it.each(pages)('%s leads only to guides that exist', (page) => {
    const titles = pages.map((name) => /<Meta title="([^"]+)"/.exec(textOf(name))?.[1] ?? '')
    const ids = titles.map((title) => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'))
    const targets = [...textOf(page).matchAll(/\?path=\/docs\/([\w-]+)--docs/g)].map(([, id]) => id as string)
    for (const target of targets) expect(ids).toContain(target)
  })

  it('speaks of nothing but the project', () => {
    for (const page of [...pages, 'CHANGELOG.md', 'docs/peers.json']) {
      expect(textOf(page), relative(root, page)).not.toMatch(/\/(work|root|home)\/|registry\.|subagent|\bclaude\b/i)
    }
  })
})

describe('the README', () => {
  it('names every subpath of the package', () => {
    const entries = Object.entries<object | string>(json('package.json').exports)
    for (const [name] of entries.filter(([, target]) => typeof target === 'object')) {
      expect(textOf('README.md')).toContain(`\`${name.replace('.', 'authed')}\``)
    }
  })

  it('wraps an app in thirty lines', () => {
    const [, app] = blocksOf('README.md')
    expect(app?.file).toBe('App.tsx')
    expect(app?.code.trimEnd().split('\n')).toHaveLength(30)
  })

  it('leads to every guide', () => {
    const guides = pages.filter((page) => page.startsWith('stories/guides/') && !page.includes('crash-window'))
    for (const guide of guides) expect(textOf('README.md')).toContain(`(${guide})`)
  })

  it('quotes the sizes that were measured', () => {
    const sizes: { name: string; gzip: number }[] = json('docs/size.json')
    expect(sizes.length).toBeGreaterThan(2)
    for (const { name, gzip } of sizes) expect(textOf('README.md'), name).toContain(`${(gzip / 1000).toFixed(1)} kB`)
  })

  it('says how long tokens live in the demo, and which React will do', () => {
    const { accessTokenLifetime } = createTokenServer().options
    expect(flat('README.md')).toContain(`Tokens live ${accessTokenLifetime / 1000} seconds`)
    const [, react] = />=([\d.]+)/.exec(json('package.json').peerDependencies.react) ?? []
    expect(flat('README.md')).toContain(`React ${react} and`)
  })

  it('asks for the Node that its tools ask for', () => {
    const [, lowest] = /\^20\.(\d+)/.exec(json('node_modules/vite/package.json').engines.node) ?? []
    expect(flat('README.md')).toContain(`Node 20.${lowest} or later`)
  })
})

describe('the comparison with others', () => {
  it('says in the tables what docs/peers.json says', () => {
    expect(textOf('README.md')).toContain(overview('README'))
    const page = textOf('docs/peers.md')
    expect(page).toContain(overview())
    expect(page).toContain(`${peers.races.about}\n\n${raceTable()}`)
    for (const { meaning, table } of longTables()) expect(page).toContain(`${meaning}\n\n${table}`)
  })

  it('has a reason and a source for everything that it says of others', () => {
    for (const { name, cells } of peers.peers) {
      expect(Object.keys(cells).sort(), name).toEqual(peers.capabilities.map(({ id }) => id).sort())
      for (const { fact, source } of Object.values(cells)) {
        expect(fact).toMatch(/\.$/)
        expect(source).toMatch(/^https:\/\/(github\.com|www\.npmjs\.com)\//)
      }
    }
  })
})

describe('the guides', () => {
  it('name every error code, with what to do', () => {
    const codes = [...textOf('src/core/errors.ts').matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code as string)
    expect(codes.length).toBeGreaterThan(5)
    const sections = textOf('stories/guides/errors.mdx').split('\n### ')
    for (const code of codes) {
      expect(textOf('README.md')).toContain(`\`${code}\``)
      expect(sections.find((section) => section.startsWith(`\`${code}\``))).toContain('**To do:**')
    }
  })

  it('quote the thresholds that hold', async () => {
    const minutes = (lifetime: number) => thresholdsOf(lifetime * 60_000)
    const short = await minutes(1)
    const long = await minutes(600)
    const page = flat('stories/guides/concepts/the-life-of-a-token.mdx')
    const drawn = flat('stories/guides/pictures/TokenLife.tsx')
    const share = (before: number) => `last ${(before / 60_000) * 100} %`
    expect(page).toContain(`${share(short.ahead)} of its life, at most ${long.ahead / 60_000} minutes`)
    expect(page).toContain(`${share(short.margin)}, at most ${long.margin / 1000} seconds`)
    expect(drawn).toContain(`${share(short.ahead)}, at most ${long.ahead / 60_000} min`)
    expect(drawn).toContain(`${share(short.margin)}, at most ${long.margin / 1000} s`)
  })

  it('quote the defaults that the options name', () => {
    const options = flat('src/core/options.ts')
    const [, retry] = /endures the failure.*?retry: Retry = (\d+)/.exec(options) ?? []
    const [, delays] = /full jitter over ([^.]*30) s\./.exec(options) ?? []
    expect(flat('stories/guides/concepts/the-life-of-a-token.mdx')).toContain(`${retry} failures`)
    expect(flat('stories/guides/concepts/the-life-of-a-token.mdx')).toContain(`${delays?.replaceAll(' s', '')} seconds`)
    const [, limit] = /request to the token endpoint may take\. Default (\d+) 000/.exec(options) ?? []
    expect(flat('stories/guides/errors.mdx')).toContain(`${limit} seconds by default`)
  })

  it('quote the crash window that was measured', () => {
    const { rounds } = json('docs/crash-window.json')
    expect(flat('docs/crash-window.md')).toContain(`${rounds} refreshes for each row`)
    const rows: { processor: string; median: number; most: number; longest: number }[] =
      json('docs/crash-window.json').rows
    expect(rows).toHaveLength(3)
    for (const { processor, median, most, longest } of rows) {
      const [a, b, c] = [median, most, longest].map((time) => `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`)
      expect(textOf('docs/crash-window.md')).toContain(`| ${processor} | ${a} | ${b} | ${c} |`)
    }
  })
})

/** How long before its end a token is refreshed ahead, and how long before its end callers wait, by default. */
async function thresholdsOf(lifetime: number) {
  const endpoint: TokenEndpoint<void> = { signIn: () => ({ accessToken: 'a', refreshToken: 'r', expiresIn: lifetime }) }
  const client = createAuthClient({ endpoint, storage: memoryStorage(), clock: createFakeClock() })
  await client.signIn()
  const { refreshAheadAt = 0, waitAt = 0 } = client.inspect()
  const { expiresAt = 0 } = client.getState()
  return { ahead: expiresAt - refreshAheadAt, margin: expiresAt - waitAt }
}
