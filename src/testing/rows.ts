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

/** What {@link queryRows} understands; all as in Baserow's list-rows endpoint. */
export interface RowsQuery {
  page: number
  size: number
  search: string
  /** Column names, with `-` for descending, separated by commas. */
  orderBy: string
}

/** Searches, sorts and pages a user's rows. */
export function queryRows(user: User, rowCount: number, { page, size, search, orderBy }: RowsQuery) {
  const needle = search.trim().toLowerCase()
  const rows = Array.from({ length: rowCount }, (_, index) => rowOf(user, index)).filter((row) =>
    Object.values(row).some((value) => String(value).toLowerCase().includes(needle)),
  )
  const columns = orderBy.split(',').filter(Boolean)
  const compare = (one: Row, other: Row) => {
    for (const column of columns) {
      const name = column.replace(/^-/, '') as keyof Row
      const [a, b] = [String(one[name]), String(other[name])]
      const order = a.localeCompare(b, 'en', { numeric: true })
      if (order) return column.startsWith('-') ? -order : order
    }
    return 0
  }
  const sorted = columns.length ? rows.sort(compare) : rows
  return { count: rows.length, results: sorted.slice((page - 1) * size, page * size) }
}

/** The page of rows that a URL asks for, with absolute links to its neighbours. */
export function rowsPage(user: User, rowCount: number, url: URL) {
  const number = (name: string, fallback: number) => Math.max(1, Number(url.searchParams.get(name)) || fallback)
  const page = number('page', 1)
  const size = number('size', 100)
  const text = (name: string) => url.searchParams.get(name) ?? ''
  const { count, results } = queryRows(user, rowCount, {
    page,
    size,
    search: text('search'),
    orderBy: text('order_by'),
  })
  const link = (target: number) => {
    if (target < 1 || (target - 1) * size >= count) return null
    const neighbour = new URL(url)
    neighbour.searchParams.set('page', String(target))
    return neighbour.href
  }
  return { count, next: link(page + 1), previous: link(page - 1), results }
}
