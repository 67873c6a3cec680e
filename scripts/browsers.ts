/** Finds the browsers that the tests drive, or installs them where that is possible, or says what to install. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

/** One browser: where it is looked for, in this order, and Debian's packages for it. */
const browsers = {
  chromium: {
    variable: 'AUTHED_CHROMIUM',
    paths: [chromium.executablePath(), '/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'],
    packages: ['chromium'],
  },
  firefox: {
    variable: 'AUTHED_FIREFOX',
    paths: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
    packages: ['firefox-esr'],
  },
  webkit: {
    variable: 'AUTHED_WEBKIT_DRIVER',
    paths: ['/usr/bin/WebKitWebDriver'],
    packages: ['webkit2gtk-driver', 'xvfb'],
  },
}

/** A browser engine that the tests know how to drive. */
export type Engine = keyof typeof browsers

/** The path of a browser's program, or `undefined` where it is not installed. */
export function findBrowser(engine: Engine): string | undefined {
  const { variable, paths } = browsers[engine]
  return [process.env[variable], ...paths].find((path) => path && existsSync(path))
}

/** Makes sure that each engine is there; installs with apt-get where this process may. */
export function provideBrowsers(engines: Engine[]): void {
  const missing = engines.filter((engine) => !findBrowser(engine))
  if (missing.length === 0) return
  const packages = missing.flatMap((engine) => browsers[engine].packages)
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (mayInstall) {
    console.log(`Installing ${packages.join(', ')} …`)
    const apt = (...words: string[]) =>
      spawnSync('apt-get', words, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    apt('update')
    apt('install', '-y', '--no-install-recommends', ...packages)
  }
  for (const engine of missing.filter((engine) => !findBrowser(engine))) {
    const { variable } = browsers[engine]
    throw new Error(
      `The tests drive ${engine}, which is not installed. Install it (Debian: apt-get install ${browsers[engine].packages.join(' ')}) or set ${variable} to its path. To test without it, name the others: AUTHED_ENGINES=chromium npm test.`,
    )
  }
}

/** The engines to test in: all, or those that `AUTHED_ENGINES` names. */
export function chosenEngines(): Engine[] {
  const all = Object.keys(browsers) as Engine[]
  const named = process.env.AUTHED_ENGINES?.split(',').map((name) => name.trim())
  return named ? all.filter((engine) => named.includes(engine)) : all
}
