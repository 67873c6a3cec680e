/**
 * Opens every story of the static build in Chromium, wide and narrow, light and dark, and puts what it sees on one sheet
 * for each. Fails on a story that does not pass, a console error, an accessibility violation or a page that overflows.
 *
 * `npm run contact-sheet -- refreshing` looks at some stories only; `-- --write` renews `docs/stories.png` as well.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { findBrowser } from './browsers.ts'
import { composeSheet, type Tile } from './contact-sheet/sheet.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const built = join(root, 'storybook-static')
const reports = join(root, 'reports/contact-sheet')
/** Not the root of the host: a published Storybook may lie anywhere. */
const path = '/some/path/'

/** The windows; low ones, since a picture is as high as its story at least. */
const windows = { desktop: { width: 1120, height: 320 }, phone: { width: 375, height: 320 } } as const
const layouts = { desktop: { tileWidth: 560, columns: 4 }, phone: { tileWidth: 280, columns: 8 } } as const
const colours = ['light', 'dark'] as const
const variants = (['desktop', 'phone'] as const).flatMap((size) => colours.map((colour) => ({ size, colour })))
const nameOf = ({ size, colour }: (typeof variants)[number]) => `${size}-${colour}`

interface Story {
  id: string
  title: string
  name: string
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Serves the static build, and nothing else. */
async function serveBuild(): Promise<{ url: string; close: () => void }> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const file = normalize(join(built, pathname.slice(path.length)))
    try {
      if (!pathname.startsWith(path) || !file.startsWith(built)) throw new Error('Not a file of the build.')
      const body = readFileSync(file)
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream').end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}${path}`, close: () => void server.close() }
}

function readStories(words: readonly string[]): Story[] {
  const { entries } = JSON.parse(readFileSync(join(built, 'index.json'), 'utf8'))
  const stories = (Object.values(entries) as (Story & { type: string })[]).filter(({ type }) => type === 'story')
  return words.length ? stories.filter(({ id }) => words.some((word) => id.includes(word))) : stories
}

/** Opens a story, waits until its `play` has run, and looks at it in every variant. Returns what is wrong with it. */
async function lookAt(context: BrowserContext, url: string, { id }: Story): Promise<string[]> {
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`throws: ${error.message}`))
  page.on('console', (message) => {
    // What a browser says of an answer that the story is about: a 401, a 503, a broken connection.
    const isAnswer = new URL(message.location().url || url).host.endsWith('.example.test')
    if (message.type() === 'error' && !isAnswer) faults.push(`console: ${message.text()}`)
  })
  await page.setViewportSize(windows.desktop)
  await page.goto(`${url}iframe.html?id=${id}&viewMode=story`)
  const phase = await page.waitForFunction(() => {
    const { currentRender } =
      (window as unknown as { __STORYBOOK_PREVIEW__?: { currentRender?: { phase: string } } }).__STORYBOOK_PREVIEW__ ??
      {}
    return currentRender && /finished|errored|aborted/.test(currentRender.phase) && currentRender.phase
  })
  if ((await phase.jsonValue()) !== 'finished') {
    const [reason] = (await page.locator('#error-message').innerText()).trim().split('\n')
    faults.push(`fails: ${reason}`)
  }
  await page.addScriptTag({ path: join(root, 'node_modules/axe-core/axe.min.js') })
  for (const variant of variants) {
    await page.setViewportSize(windows[variant.size])
    await page.emulateMedia({ colorScheme: variant.colour, reducedMotion: 'reduce' })
    faults.push(...(await violations(page)).map((fault) => `${nameOf(variant)}: ${fault}`))
    await page.screenshot({ path: join(reports, nameOf(variant), `${id}.png`), fullPage: true })
  }
  await page.close()
  return faults
}

/** What axe finds, with the rules of Storybook's own check, and whether the page is wider than its window. */
const violations = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(place: string, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run('#storybook-root', { rules: { region: { enabled: false } } })
    const { scrollWidth } = document.documentElement
    return [
      ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
      ...(scrollWidth > innerWidth ? [`is ${scrollWidth - innerWidth} px wider than its window`] : []),
    ]
  })

const words = process.argv.slice(2)
const stories = readStories(words.filter((word) => !word.startsWith('--')))
rmSync(reports, { recursive: true, force: true })
for (const variant of variants) mkdirSync(join(reports, nameOf(variant)), { recursive: true })
const site = await serveBuild()
const browser = await chromium.launch({ executablePath: findBrowser('chromium'), args: ['--no-sandbox'] })
try {
  const context = await browser.newContext()
  let wrong = 0
  for (const story of stories) {
    const faults = await lookAt(context, site.url, story)
    wrong += faults.length
    console.log(`${faults.length ? '✗' : '✓'} ${story.title}: ${story.name}`)
    for (const fault of faults) console.error(`    ${fault}`)
  }
  const page = await context.newPage()
  for (const variant of variants) {
    const tiles = stories.map(({ id, title, name }): Tile => {
      return { file: join(reports, nameOf(variant), `${id}.png`), title: `${title}: ${name}` }
    })
    await composeSheet(page, {
      ...layouts[variant.size],
      tiles,
      colour: variant.colour,
      file: join(reports, `${nameOf(variant)}.png`),
    })
  }
  console.log(
    `${stories.length} stories, ${variants.length} variants, ${wrong} faults. Sheets in reports/contact-sheet.`,
  )
  process.exitCode = wrong ? 1 : 0
} finally {
  await browser.close()
  site.close()
}
