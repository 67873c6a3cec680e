import type { User } from './authority.ts'

/** A row of the table: an order, as Baserow would show it. */
export interface Row {
  id: number
  order: string
  Name: string
  Email: string
  City: string
  Amount: string
  Date: string
  Status: string
  /** Whose data this is: proves that nobody sees another user's rows. */
  Owner: string
}

const first =
  'Ada Grace Alan Edsger Barbara Donald Frances John Margaret Dennis Radia Tim Shafi Leslie Katherine Ken'.split(' ')
const last =
  'Byron Okafor Meyer Tanaka Silva Novak Haddad Larsen Moreau Kowalski Costa Weber Rossi Adeyemi Park Laine'.split(' ')
const cities = 'Lisbon Oslo Nairobi Kyoto Montréal Valparaíso Zürich Tallinn Accra Wellington Porto Kraków'.split(' ')
const statuses = ['paid', 'open', 'shipped', 'refunded']

/** The `index`th row of a user's table; the same one each time. */
export function rowOf(user: User, index: number): Row {
  const pick = (from: readonly string[], step: number) =>
    from[(index * step + Math.floor(index / from.length)) % from.length] as string
  const name = `${pick(first, 7)} ${pick(last, 11)}`
  const plain = name.toLowerCase().replace(' ', '.')
  return {
    id: index + 1,
    order: `${index + 1}.00000000000000000000`,
    Name: name,
    Email: `${plain}@example.com`,
    City: pick(cities, 5),
    Amount: (((index * 7919) % 98_700) / 100 + 13).toFixed(2),
    Date: new Date(Date.UTC(2025, 0, 1) + ((index * 37) % 365) * 86_400_000).toISOString().slice(0, 10),
    Status: pick(statuses, 3),
    Owner: user.name,
  }
}

/** The columns of the table under the names that Baserow gives without `user_field_names`. */
const fields: Record<string, keyof Row> = {
  field_1: 'Name',
  field_2: 'Email',
  field_3: 'City',
  field_4: 'Amount',
  field_5: 'Date',
  field_6: 'Status',
  field_7: 'Owner',
}
const columns = new Set<string>(['id', ...Object.values(fields)])
/** The owner is in every row, so a search for his name would find them all. */
const searched = ['id', 'Name', 'Email', 'City', 'Amount', 'Date', 'Status'] as const

/** The row with its fields named by their ids. */
export const withFieldIds = ({ id, order, ...row }: Row): Record<string, unknown> => ({
  id,
  order,
  ...Object.fromEntries(Object.entries(fields).map(([field, column]) => [field, row[column as keyof typeof row]])),
})

/** The columns that a URL asks to sort by: names or field ids, `-` for descending, quotes around names with commas. */
export function orderOf(url: URL): { column: string; direction: 1 | -1 }[] {
  const orderBy = url.searchParams.get('order_by') ?? ''
  return [...orderBy.matchAll(/([-+]?)(?:"((?:[^"\\]|\\.)*)"|([^",]+))/g)].map(([, sign, quoted, bare]) => {
    const name = quoted?.replace(/\\(.)/g, '$1') ?? bare?.trim() ?? ''
    return { column: fields[name] ?? name, direction: sign === '-' ? -1 : 1 }
  })
}

/** The first column of `order_by` that the table does not have. */
export const unknownColumn = (url: URL): string | undefined =>
  orderOf(url).find(({ column }) => !columns.has(column))?.column

function sortRows(rows: Row[], order: ReturnType<typeof orderOf>): Row[] {
  const textOf = (row: Row, column: string) => String(row[column as keyof Row])
  return rows.sort((one, other) => {
    for (const { column, direction } of order) {
      const difference = textOf(one, column).localeCompare(textOf(other, column), 'en', { numeric: true })
      if (difference) return difference * direction
    }
    return 0
  })
}

/** The page of rows that a URL asks for, searched and sorted, with absolute links to its neighbours. */
export function rowsPage(user: User, rowCount: number, url: URL) {
  const positive = (name: string, fallback: number) => {
    const value = Number(url.searchParams.get(name))
    return Number.isInteger(value) && value > 0 ? value : fallback
  }
  const page = positive('page', 1)
  const size = positive('size', 100)
  const needle = (url.searchParams.get('search') ?? '').trim().toLowerCase()
  const all = Array.from({ length: rowCount }, (_, index) => rowOf(user, index))
  const found = all.filter((row) => searched.some((column) => String(row[column]).toLowerCase().includes(needle)))
  const results = sortRows(found, orderOf(url)).slice((page - 1) * size, page * size)
  const link = (target: number) => {
    if (target < 1 || (target - 1) * size >= found.length) return null
    const neighbour = new URL(url)
    neighbour.searchParams.set('page', String(target))
    return neighbour.href
  }
  return { count: found.length, next: link(page + 1), previous: link(page - 1), results }
}
