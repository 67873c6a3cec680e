import { textOf } from './pages.ts'

type Value = 'yes' | 'partly' | 'no' | 'none'

interface Peer {
  name: string
  version: string
  /** Where it was read. */
  read: string
  cells: Record<string, { value: Value; fact: string; source: string }>
}
interface Peers {
  authed: Record<string, Value>
  /** `place`: also in the short table of the README, which has room for a few. */
  capabilities: { id: string; title: string; meaning: string; place?: 'README' }[]
  peers: Peer[]
  races: { about: string; results: { name: string; runs: number; spentTwice: number }[] }
}

/** What is known of other libraries. */
export const peers: Peers = JSON.parse(textOf('docs/peers.json'))

const words = { yes: 'yes', partly: 'partly', no: 'no', none: '–' }
const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
const tableOf = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

/** Who has what, at a glance: all of it, or as much as the README has room for. */
export function overview(place?: 'README'): string {
  const { authed, capabilities } = peers
  const shown = capabilities.filter((capability) => !place || capability.place === place)
  const rows = peers.peers.map(({ name, read, cells }) => [
    `[${name}](${read})`,
    ...shown.map(({ id }) => words[cells[id]?.value ?? 'none']),
  ])
  const own = ['**authed**', ...shown.map(({ id }) => words[authed[id] ?? 'none'])]
  return tableOf(['', ...shown.map(({ title }) => title)], [own, ...rows])
}

/** One table for each capability, with the reason and its source. */
export const longTables = (): { title: string; meaning: string; table: string }[] =>
  peers.capabilities.map(({ id, title, meaning }) => ({
    title,
    meaning,
    table: tableOf(
      ['library', 'version', '', 'why', 'source'],
      peers.peers.flatMap(({ name, version, cells }) => {
        const cell = cells[id]
        return cell ? [[name, version, words[cell.value], cell.fact, `[source](${cell.source})`]] : []
      }),
    ),
  }))

/** What came of the races between two tabs. */
export const raceTable = (): string =>
  tableOf(
    ['library', 'runs', 'runs in which one refresh token was spent twice'],
    peers.races.results.map(({ name, runs, spentTwice }) => [name, runs, spentTwice]),
  )
