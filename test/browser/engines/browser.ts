import { type Engine, findBrowser } from '../../../scripts/browsers.ts'
import type { Lab } from '../page/lab.ts'
import { openChromium } from './chromium.ts'
import { openFirefox } from './firefox.ts'
import { openWebKit } from './webkit.ts'

/** One open tab. */
export interface Tab {
  /** Runs `task` in the page, where it sees nothing but the page's lab and `args`; both ways everything is JSON. */
  run<Args extends unknown[], Result>(
    task: (lab: Lab, ...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result>
  goto(url: string): Promise<void>
  reload(): Promise<void>
  back(): Promise<void>
  close(): Promise<void>
  /** Stops the page's event loop, as a browser does with a tab that was hidden for long. */
  freeze?(): Promise<void>
  thaw?(): Promise<void>
  /** What the page holds once its garbage is collected. */
  takeStock?(): Promise<Stock>
}

/** What a page holds, as its engine counts it. */
export interface Stock {
  /** Bytes of JavaScript that are in use. */
  heap: number
  documents: number
  nodes: number
  /** Event listeners of everything in the page. */
  listeners: number
}

/** A running browser with one profile. The host `authed.test` leads to this machine and is no secure context. */
export interface Browser {
  /** Name and version, as the browser tells them. */
  readonly version: string
  openTab(url: string): Promise<Tab>
  close(): Promise<void>
}

/** How a browser is set up. */
export interface BrowserOptions {
  /** Default `normal`. */
  window?: 'normal' | 'private'
  /** `blocked`: the person has forbidden all sites to keep anything. Default `allowed`. */
  storage?: 'allowed' | 'blocked'
}

const openers = { chromium: openChromium, firefox: openFirefox, webkit: openWebKit }

const patience = 35_000
const tries = 3

/** Opens a browser. It must be installed: a test that skips itself proves nothing. One that does not start is started anew. */
export async function openBrowser(engine: Engine, options: BrowserOptions = {}): Promise<Browser> {
  const path = findBrowser(engine)
  if (!path) throw new Error(`${engine} is not installed. Install it, or name the other engines in AUTHED_ENGINES.`)
  for (let attempt = 0; attempt < tries; attempt++) {
    const opening = openers[engine](path, options)
    const late = new Promise<undefined>((resolve) => void setTimeout(resolve, patience))
    const browser = await Promise.race([opening, late])
    if (browser) return browser
    opening.then((opened) => opened.close()).catch(() => {})
  }
  throw new Error(
    `${engine} did not start in ${tries} tries of ${patience / 1000} s. Close other browsers and try again.`,
  )
}
