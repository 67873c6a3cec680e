import type { Column, RowsQuery } from './useRows.ts'

const columns: [Column, string][] = [
  ['id', 'No.'],
  ['Name', 'Name'],
  ['City', 'City'],
  ['Date', 'Date'],
  ['Status', 'Status'],
  ['Amount', 'Amount'],
]

/** Headers that sort; each says how it stands. */
export const RowsHead = ({ query, onSort }: { query: RowsQuery; onSort: (column: Column) => void }) => (
  <thead>
    <tr>
      {columns.map(([column, title]) => (
        <th
          key={column}
          scope="col"
          className={`column-${column.toLowerCase()}`}
          aria-sort={query.column === column ? query.direction : undefined}
        >
          <button type="button" onClick={() => onSort(column)}>
            {title}
          </button>
        </th>
      ))}
    </tr>
  </thead>
)
