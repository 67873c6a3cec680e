import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver'
import type { Browser, BrowserOptions, Tab } from './browser.ts'
import { callOf } from './call.ts'
import { freePort, startLoopbackProxy } from './loopback.ts'

/** How long a page may take to answer, in milliseconds. */
const patience = 90_000

/** WebKitGTK's MiniBrowser on a screen of its own, driven by WebDriver. What it keeps is gone when it is closed. */
export async function openWebKit(path: string, options: BrowserOptions): Promise<Browser> {
  if (options.storage === 'blocked')
    throw new Error('WebKitGTK cannot be told to forbid storage. Use a sandboxed frame.')
  const binary = globSync('/usr/lib/*/webkit2gtk-4*/MiniBrowser')[0]
  if (!binary) throw new Error('MiniBrowser is missing. Install it (Debian: apt-get install webkit2gtk-driver).')
  const screen = await startScreen()
  const port = await freePort()
  const service = spawn(path, [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: screen.display, NO_AT_BRIDGE: '1' },
  })
  const proxy = await startLoopbackProxy()
  const capabilities = new Capabilities({
    // Under automation every window is a private one.
    'webkitgtk:browserOptions': { binary, args: ['--automation'] },
    // There is no switch for host names, but a proxy resolves them.
    proxy: { proxyType: 'manual', httpProxy: proxy.address, noProxy: ['127.0.0.1', 'localhost'] },
  })
  const stop = async () => {
    await end(service)
    await end(screen.process)
    await proxy.close()
  }
  try {
    await listening(port)
    const driver = await new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .withCapabilities(capabilities.set('browserName', 'MiniBrowser'))
      .build()
    const { version } = await browserOf(driver)
    const tabs = tabsOf(driver, await driver.getWindowHandle())
    return {
      version,
      openTab: tabs.open,
      async close() {
        await driver.quit().catch(() => {})
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function browserOf(driver: WebDriver) {
  const capabilities = await driver.getCapabilities()
  return { version: `WebKitGTK ${capabilities.get('browserVersion')}` }
}

/** The driver looks at one tab at a time, so its commands queue; what a page does meanwhile goes on in all of them. */
function tabsOf(driver: WebDriver, firstWindow: string) {
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(command: () => Promise<T>): Promise<T> => {
    const answer = queue.then(command)
    queue = answer.catch(() => {})
    return answer
  }

  function tabOf(handle: string): Tab {
    let calls = 0
    const here = <T>(command: () => Promise<T>) =>
      inTurn(async () => {
        await driver.switchTo().window(handle)
        return command()
      })
    return {
      async run(task, ...args) {
        const slot = `call${++calls}`
        await here(() => driver.executeScript(startCall, slot, callOf(task, args)))
        const giveUpAt = Date.now() + patience
        while (Date.now() < giveUpAt) {
          const answer = await here(() => driver.executeScript<Answer>(readCall, slot))
          if (answer?.state === 'done') return answer.value === undefined ? undefined : JSON.parse(answer.value)
          if (answer?.state === 'failed') throw new Error(answer.reason)
          if (!answer) throw new Error('The page was left before it answered.')
          await pause(5)
        }
        throw new Error(`The page did not answer within ${patience} ms: ${task}`)
      },
      goto: (url) => here(() => driver.get(url)),
      reload: () => here(() => driver.navigate().refresh()),
      back: () => here(() => driver.navigate().back()),
      close: () => here(() => driver.close()),
    }
  }

  return {
    open: (url: string): Promise<Tab> =>
      inTurn(async () => {
        // The tab that the driver looked at last may be closed by now; the first one stays.
        await driver.switchTo().window(firstWindow)
        await driver.switchTo().newWindow('tab')
        const handle = await driver.getWindowHandle()
        await driver.get(url)
        return tabOf(handle)
      }),
  }
}

type Answer = { state: 'open' } | { state: 'done'; value?: string } | { state: 'failed'; reason: string } | null

const startCall = `
  const [slot, source] = arguments
  window.calls ??= {}
  window.calls[slot] = { state: 'open' }
  Promise.resolve().then(() => (0, eval)(source)).then(
    (value) => { window.calls[slot] = { state: 'done', value: JSON.stringify(value) } },
    (error) => { window.calls[slot] = { state: 'failed', reason: String(error) } },
  )`
const readCall = 'return window.calls?.[arguments[0]] ?? null'

/** A screen that nobody sees. */
async function startScreen() {
  const path = ['/usr/bin/Xvfb', '/usr/local/bin/Xvfb'].find(existsSync)
  if (!path) throw new Error('Xvfb is missing, on which WebKit paints. Install it (Debian: apt-get install xvfb).')
  const child = spawn(path, ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const [number] = await once(child.stdio[3] as NodeJS.ReadableStream, 'data')
  return { process: child, display: `:${String(number).trim()}` }
}

async function listening(port: number) {
  for (let turn = 0; turn < 200; turn++) {
    if (await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined)) return
    await pause(50)
  }
  throw new Error('WebKitWebDriver did not start.')
}

async function end(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}
