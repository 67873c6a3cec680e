import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import type { Entry } from './entries.ts'
import { type Variant, variants } from './variants.ts'

const axe = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'))

/** What is visited, and where its pictures go. */
export interface Visit {
  context: BrowserContext
  /** Address of the Storybook, with a slash at its end. */
  url: string
  /** A folder that has a folder for each variant. */
  pictures: string
}

/** Opens a story, waits until its `play` has run, and looks at it in every variant. Returns what is wrong with it. */
export async function visitStory(visit: Visit, { id }: Entry): Promise<string[]> {
  const { page, faults } = await open(visit, `iframe.html?id=${id}&viewMode=story`)
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
  await page.addScriptTag({ path: axe })
  for (const variant of variants) {
    await show(page, variant)
    const found = [...(await violations(page)), ...(await overflow(page))]
    faults.push(...found.map((fault) => `${variant.name}: ${fault}`))
    await page.screenshot({ path: join(visit.pictures, variant.name, `${id}.png`), fullPage: true })
  }
  await page.close()
  return faults
}

/**
 * Opens a page of the documentation, wide and narrow; it keeps the colours it began with. Returns what is wrong with it:
 * also links to pages that are not among `ids`.
 */
export async function visitDocs(visit: Visit, { id }: Entry, ids: ReadonlySet<string>): Promise<string[]> {
  const { page, faults } = await open(visit, `iframe.html?id=${id}&viewMode=docs`)
  await page.locator('#storybook-docs .sbdocs-content').waitFor()
  // The stories on it.
  await page.waitForFunction(() => {
    const stories = [...document.querySelectorAll('#storybook-docs .sb-story > div[data-name]')]
    return stories.every(({ childElementCount }) => childElementCount > 0)
  })
  for (const variant of variants.filter(({ colour }) => colour === 'light')) {
    await show(page, variant)
    faults.push(...(await overflow(page)).map((fault) => `${variant.name}: ${fault}`))
    await page.screenshot({ path: join(visit.pictures, variant.name, `${id}.png`), fullPage: true })
  }
  faults.push(...(await deadLinks(page, ids)))
  await page.close()
  return faults
}

/** Opens an address and keeps what goes wrong there. */
async function open({ context, url }: Visit, address: string): Promise<{ page: Page; faults: string[] }> {
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`throws: ${error.message}`))
  page.on('console', (message) => {
    // What a browser says of an answer that the story is about: a 401, a 503, a broken connection.
    const isAnswer = new URL(message.location().url || url).host.endsWith('.example.test')
    if (message.type() === 'error' && !isAnswer) faults.push(`console: ${message.text()}`)
  })
  await page.setViewportSize({ width: 1120, height: 320 })
  await page.goto(`${url}${address}`)
  return { page, faults }
}

/** Shows a variant, the whole of it: what is out of sight, a browser need not paint, least of all another site's frames. */
async function show(page: Page, { window, colour }: Variant) {
  await page.emulateMedia({ colorScheme: colour, reducedMotion: 'reduce' })
  await page.setViewportSize(window)
  await settle(page)
  const height = await page.evaluate(() => {
    // What fills its window gets one of a usual height.
    const usual = document.body.classList.contains('sb-main-fullscreen') ? 640 : 0
    return Math.max(document.documentElement.scrollHeight, usual)
  })
  await page.setViewportSize({ ...window, height })
  await settle(page)
}

/** Waits until the page and its frames have painted what they were told, and what they have told each other by that. */
async function settle(page: Page) {
  for (let round = 0; round < 3; round++) {
    await Promise.all(page.frames().map((frame) => Promise.race([frame.evaluate(painted), page.waitForTimeout(500)])))
  }
}

const painted = () =>
  new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))

/** What axe finds, with the rules of Storybook's own check. */
const violations = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(place: string, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run('#storybook-root', { rules: { region: { enabled: false } } })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })

/** Whether the page is wider than its window. */
const overflow = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth } = document.documentElement
    return scrollWidth > innerWidth ? [`is ${scrollWidth - innerWidth} px wider than its window`] : []
  })

async function deadLinks(page: Page, ids: ReadonlySet<string>): Promise<string[]> {
  const links = await page.locator('#storybook-docs a[href]').evaluateAll((links) =>
    links.map((link) => {
      const href = link.getAttribute('href') as string
      const isHere = href.startsWith('#') && document.getElementById(decodeURIComponent(href.slice(1))) !== null
      return { href, isHere }
    }),
  )
  return links
    .filter(({ href, isHere }) => {
      const [, id] = /[?&]path=\/(?:docs|story)\/([\w-]+)/.exec(href) ?? []
      return href.startsWith('#') ? !isHere : id !== undefined && !ids.has(id)
    })
    .map(({ href }) => `links to nowhere: ${href}`)
}
