import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { eventually, prepareStages } from './stage.ts'

const open = prepareStages()
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
type Stage = Awaited<ReturnType<typeof open>>

const cells = (stage: Stage, column: number) =>
  stage.widget().locator(`tbody td:nth-child(${column})`).allTextContents()
const settled = async (stage: Stage) => {
  await eventually(() => stage.widget().locator('table').getAttribute('aria-busy')).toBe('false')
}

describe('the table widget', () => {
  it('takes its column headers from the data', async () => {
    const stage = await open()
    await stage.signIn()
    const headers = await stage.widget().locator('th button').allTextContents()
    expect(headers).toEqual(['Name', 'Email', 'City', 'Amount', 'Date', 'Status', 'Owner'])
  })

  it('searches on the server, and says how much it found', async () => {
    const stage = await open()
    await stage.signIn()
    await stage.widget().getByRole('searchbox', { name: 'Search the rows' }).fill('Kyoto')
    await eventually(async () => new Set(await cells(stage, 4))).toEqual(new Set(['Kyoto']))
    await stage.widget().getByRole('searchbox').fill('nobody has this')
    await eventually(() => stage.widget().locator('.empty').textContent()).toBe('No rows for “nobody has this”.')
    await eventually(() => stage.widget().locator('header [role=status]').textContent()).toBe('No rows')
  })

  it('sorts by a header, up and down, and tells which', async () => {
    const stage = await open()
    await stage.signIn()
    for (const [direction, sign] of [
      ['ascending', 1],
      ['descending', -1],
    ] as const) {
      await stage.widget().getByRole('button', { name: 'Amount' }).click()
      await settled(stage)
      await eventually(() =>
        stage.widget().locator('th[aria-sort]:not([aria-sort=none])').getAttribute('aria-sort'),
      ).toBe(direction)
      await eventually(async () => {
        const amounts = (await cells(stage, 5)).map(Number)
        return amounts.every((amount, place) => place === 0 || sign * (amount - (amounts[place - 1] as number)) >= 0)
      }).toBe(true)
    }
  })

  it('turns pages, and not beyond the last', async () => {
    const stage = await open({ server: { rowCount: 60 } })
    await stage.signIn()
    const next = stage.widget().getByRole('button', { name: 'Next' })
    await next.click()
    await stage.expectPage('26–50 of 60')
    await next.click()
    await stage.expectPage('51–60 of 60')
    expect(await next.isDisabled()).toBe(true)
  })

  it('tells the page of the row that is chosen, by mouse and by keyboard', async () => {
    const stage = await open()
    await stage.signIn()
    const chosen = () => stage.inPage(({ page }) => (page.store.values.selectedRow as { id: number } | undefined)?.id)
    await stage.widget().locator('tbody tr').nth(2).locator('td').nth(3).click()
    await eventually(chosen).toBe(3)
    await stage.page.keyboard.press('Tab')
    await stage.widget().getByRole('radio').nth(2).focus()
    await stage.page.keyboard.press('ArrowDown')
    await eventually(chosen).toBe(4)
    expect(await stage.widget().getByRole('radio', { checked: true }).getAttribute('aria-label')).toMatch(/^Select /)
  })

  it('is reached by the keyboard alone: search, headers, rows, pages', async () => {
    const stage = await open()
    await stage.signIn()
    await stage.widget().getByRole('searchbox').focus()
    const passed: string[] = []
    for (let turn = 0; turn < 10; turn++) {
      await stage.page.keyboard.press('Tab')
      passed.push(
        await (await stage.frame()).evaluate(
          () => `${document.activeElement?.tagName} ${(document.activeElement as HTMLInputElement).type}`,
        ),
      )
    }
    expect(passed).toEqual([...Array(7).fill('BUTTON button'), 'INPUT radio', 'BUTTON button', expect.any(String)])
  })

  it('asks the page for a sign-in by its button, and holds no password field', async () => {
    const stage = await open()
    await stage.widget().getByRole('button', { name: 'Sign in' }).click()
    await eventually(() => stage.inPage(({ signInsAsked }) => signInsAsked.length)).toBe(2)
    expect(await stage.widget().locator('input[type=password]').count()).toBe(0)
  })

  it('follows the theme and the size of the page', async () => {
    const stage = await open()
    await stage.signIn()
    const background = () =>
      stage
        .widget()
        .locator('body')
        .evaluate((body) => getComputedStyle(body).backgroundColor)
    await stage.inPage(({ widgets: [widget] }) => {
      widget?.setTheme({ primaryColor: '#9AB6FF', backgroundColor: '#17191F', borderRadius: '0px', boxShadow: 'none' })
      widget?.setSize({ width: 360 })
    })
    await eventually(background).toBe('rgb(23, 25, 31)')
    await eventually(() => stage.widget().locator('main').getAttribute('class')).toBe('widget narrow')
  })

  it.each([
    ['light and wide', { backgroundColor: '#FFFFFF', primaryColor: '#553DE9' }, 900],
    ['dark and narrow', { backgroundColor: '#17191F', primaryColor: '#9AB6FF' }, 360],
  ])('has no fault that axe knows of, %s, with rows and signed out', async (_, colours, width) => {
    const stage = await open({ widgets: [{ theme: { borderRadius: '4px', boxShadow: 'none', ...colours } }] })
    await stage.inPage(({ widgets: [widget] }, value) => widget?.setSize({ width: value }), width)
    const faults = async () => {
      const frame = await stage.frame()
      await frame.evaluate(axe)
      return frame.evaluate(async () => {
        type Axe = { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
        // Of a whole page, which a widget is not.
        const ofPages = ['document-title', 'html-has-lang', 'page-has-heading-one']
        const rules = Object.fromEntries(ofPages.map((rule) => [rule, { enabled: false }]))
        const { violations } = await (window as unknown as { axe: Axe }).axe.run({ rules })
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
      })
    }
    await stage.widget().getByRole('button', { name: 'Sign in' }).waitFor()
    expect(await faults()).toEqual([])
    await stage.signIn()
    expect(await faults()).toEqual([])
  })
})
