import type { Row } from './useRows.ts'

const money = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'EUR' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })

/** The rows themselves. */
export const RowsBody = ({ rows }: { rows: readonly Row[] }) => (
  <tbody>
    {rows.map(({ id, Name, Email, City, Amount, Date: date, Status }) => (
      <tr key={id}>
        <td className="column-id">{id}</td>
        <th scope="row" className="column-name">
          {Name}
          <small>{Email}</small>
        </th>
        <td className="column-city">{City}</td>
        <td className="column-date">{day.format(new Date(date))}</td>
        <td className="column-status">
          <span className={`pill ${Status}`}>{Status}</span>
        </td>
        <td className="column-amount">{money.format(Number(Amount))}</td>
      </tr>
    ))}
  </tbody>
)
