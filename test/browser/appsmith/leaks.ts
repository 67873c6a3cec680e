import type { BrowserContext, Frame, Page } from 'playwright-core'
import { expect } from 'vitest'

/** What each frame keeps for the checks: the messages that it got, and rejections that nobody handled. */
interface Kept {
  received: { from: 'parent' | 'elsewhere'; text: string }[]
  rejections: string[]
}

/** Watches everything that a token could get into. */
export async function watchLeaks(context: BrowserContext, page: Page) {
  const tokens = { access: new Set<string>(), refresh: new Set<string>() }
  const addresses: string[] = []
  const consoleTexts: string[] = []
  const errors: string[] = []
  const readings: Promise<unknown>[] = []

  await context.addInitScript(() => {
    const kept: Kept = { received: [], rejections: [] }
    Object.assign(window, { kept })
    addEventListener('message', ({ source, data }) => {
      const from = source === window.parent ? 'parent' : 'elsewhere'
      kept.received.push({ from, text: JSON.stringify(data) ?? '' })
    })
    addEventListener('unhandledrejection', ({ reason }) => kept.rejections.push(String(reason)))
  })
  page.on('request', (request) => addresses.push(request.url()))
  page.on('console', (message) => consoleTexts.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('response', (response) => {
    if (!/token-(auth|refresh)/.test(response.url()) || response.request().method() !== 'POST') return
    const reading = response.json().then((body) => {
      if (body.access_token) tokens.access.add(body.access_token)
      if (body.refresh_token) tokens.refresh.add(body.refresh_token)
    })
    readings.push(reading.catch(() => {}))
  })

  const keptIn = (frame: Frame) => frame.evaluate(() => (window as unknown as { kept: Kept }).kept)
  const documentOf = (frame: Frame) =>
    frame.evaluate(() => {
      const sheets = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText))
      const typed = [...document.querySelectorAll('input')].map((input) => input.value)
      return [document.documentElement.outerHTML, ...sheets, ...typed].join('\n')
    })

  return {
    tokens,
    consoleTexts,
    /** Fails where a token, or an error that nobody handled, got anywhere. */
    async expectNone({ refreshToken = 'in the page' }: { refreshToken?: 'in the page' | 'in the widget' } = {}) {
      await Promise.all(readings)
      const all = [...tokens.access, ...tokens.refresh]
      expect(all.length, 'tokens that were handed out').toBeGreaterThan(0)
      const holding = (text: string) => all.filter((token) => text.includes(token)).length
      expect(addresses.filter(holding), 'addresses with a token').toEqual([])
      expect(consoleTexts.filter(holding), 'console texts with a token').toEqual([])
      expect(errors, 'errors that nobody caught').toEqual([])
      for (const frame of page.frames()) {
        const { received, rejections } = await keptIn(frame)
        expect(rejections, 'rejections that nobody handled').toEqual([])
        if (frame === page.mainFrame()) continue
        const foreign = received.filter(({ from }) => from === 'elsewhere' || frame.name() === 'foreign')
        expect(
          foreign.filter(({ text }) => holding(text)),
          'messages with a token',
        ).toEqual([])
        expect(holding(await documentOf(frame)), 'tokens in the document').toBe(0)
        if (refreshToken === 'in the widget') continue
        const secret = received.filter(({ text }) => [...tokens.refresh].some((token) => text.includes(token)))
        expect(secret, 'messages with the refresh token').toEqual([])
      }
    },
  }
}
