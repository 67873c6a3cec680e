/**
 * Opens every page of the static build in Chromium: the stories wide and narrow, light and dark, with one sheet of
 * pictures for each, and the documentation wide and narrow. Fails on a story that does not pass, a console error, an
 * accessibility violation in a story, a page that overflows and a link that leads nowhere.
 *
 * `npm run contact-sheet -- refreshing` looks at some pages only; `-- --write` renews `docs/stories.png` as well.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { findBrowser } from './browsers.ts'
import { type Entry, readEntries } from './contact-sheet/entries.ts'
import { serve } from './contact-sheet/serve.ts'
import { composeSheet, type Tile } from './contact-sheet/sheet.ts'
import { type Variant, variants } from './contact-sheet/variants.ts'
import { visitDocs, visitStory } from './contact-sheet/visit.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const built = join(root, 'storybook-static')
const pictures = join(root, 'reports/contact-sheet')
const layouts = { desktop: { tileWidth: 560, columns: 4 }, phone: { tileWidth: 280, columns: 8 } } as const

/** What the README shows. */
const selection = {
  file: join(root, 'docs/stories.png'),
  ids: [
    'situations-surroundings--two-tabs',
    'situations-refreshing--rejected-and-replayed',
    'situations-surroundings--appsmith-canvas',
    'situations-data--infinite-table',
  ],
}

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const all = readEntries(built)
const entries = words.length ? all.filter(({ id }) => words.some((word) => id.includes(word))) : all
const stories = entries.filter(({ type }) => type === 'story')
const ids = new Set(all.map(({ id }) => id))

const titleOf = ({ title, name, type }: Entry) => (type === 'story' ? `${title}: ${name}` : title)
const tileOf = ({ name }: Variant, entry: Entry): Tile => {
  return { file: join(pictures, name, `${entry.id}.png`), title: titleOf(entry) }
}

rmSync(pictures, { recursive: true, force: true })
for (const { name } of variants) mkdirSync(join(pictures, name), { recursive: true })
const site = await serve(built)
const browser = await chromium.launch({ executablePath: findBrowser('chromium'), args: ['--no-sandbox'] })
try {
  const context = await browser.newContext()
  const visit = { context, url: site.url, pictures }
  let wrong = 0
  for (const entry of entries) {
    const faults = await (entry.type === 'story' ? visitStory(visit, entry) : visitDocs(visit, entry, ids))
    wrong += faults.length
    console.log(`${faults.length ? '✗' : '✓'} ${titleOf(entry)}`)
    for (const fault of faults) console.error(`    ${fault}`)
  }
  const page = await context.newPage()
  for (const variant of variants) {
    const tiles = stories.map((story) => tileOf(variant, story))
    const file = join(pictures, `${variant.name}.png`)
    await composeSheet(page, { ...layouts[variant.size], tiles, colour: variant.colour, file })
  }
  if (process.argv.includes('--write')) {
    const [variant] = variants as [Variant]
    const tiles = selection.ids.map((id) => tileOf(variant, all.find((entry) => entry.id === id) as Entry))
    const missing = tiles.filter(({ file }) => !existsSync(file)).map(({ title }) => title)
    if (missing.length) throw new Error(`docs/stories.png needs ${missing.join(', ')}: name no pages with --write.`)
    const { file } = selection
    await composeSheet(page, { tiles, colour: 'light', tileWidth: 640, columns: 2, tileHeight: 470, file })
  }
  console.log(
    `${stories.length} stories in ${variants.length} variants, ${entries.length - stories.length} pages of documentation, ` +
      `${wrong} faults. Sheets in reports/contact-sheet.`,
  )
  process.exitCode = wrong ? 1 : 0
} finally {
  await browser.close()
  site.close()
}
