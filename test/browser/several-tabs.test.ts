import { afterAll, describe, expect, it } from 'vitest'
import { chosenEngines, type Engine } from '../../scripts/browsers.ts'
import { useStage } from './stage.ts'
import { flawless, type Tally, wakeAgainAndAgain } from './wakes.ts'

const rounds = (engine: Engine) => Number(process.env.AUTHED_ROUNDS ?? (engine === 'chromium' ? 50 : 20))
const counts = (process.env.AUTHED_TABS ?? '2,5').split(',').map(Number)

describe.each(chosenEngines())('several tabs in %s', (engine) => {
  const stage = useStage(engine)
  const lines: string[] = []
  afterAll(() => {
    const head = '| engine | tabs | rhythm | rounds | refreshes | reuse detections | sessions lost | 401s |'
    console.log([head, '|---|---|---|---|---|---|---|---|', ...lines].join('\n'))
  })
  const record = (tabs: number, rhythm: string, tally: Tally) => {
    const { rounds, refreshes, reuseDetections, sessionsLost, unauthorized } = tally
    const cells = [tabs, rhythm, rounds, refreshes, reuseDetections, sessionsLost, unauthorized]
    lines.push(`| ${[stage.browser.version, ...cells].join(' | ')} |`)
  }

  const cases = counts.flatMap((tabs) => [
    { tabs, rhythm: 'together' as const },
    { tabs, rhythm: 'staggered' as const },
  ])
  it.each(cases)(
    '$tabs tabs that wake $rhythm with one expired token refresh it once and lose nothing',
    async ({ tabs, rhythm }) => {
      const tally = await wakeAgainAndAgain(stage, tabs, rounds(engine), rhythm)
      record(tabs, rhythm, tally)
      expect(tally).toEqual(flawless(rounds(engine)))
    },
    20_000 + rounds(engine) * 3_000,
  )

  it('would lose sessions without the lock: the server notices', async () => {
    const tally = await wakeAgainAndAgain(stage, 5, 5, 'together', '?lock=none')
    expect(tally.reuseDetections).toBeGreaterThan(0)
    expect(tally.sessionsLost).toBeGreaterThan(0)
  })
})
