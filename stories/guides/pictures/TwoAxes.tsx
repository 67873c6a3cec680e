import { Picture } from './Picture.tsx'
import { Words } from './Words.tsx'

const columns = ['idle', 'refreshing', 'paused']

/** What each pair of states means to who uses the app. */
const rows = [
  {
    status: 'pending',
    colour: 'box',
    cells: [
      ['reading what', 'is stored'],
      ['asking by', 'the cookie'],
      ['waiting for', 'the network'],
    ],
  },
  {
    status: 'authenticated',
    colour: 'alive',
    cells: [['signed in'], ['signed in, the', 'next token is', 'on its way'], ['signed in,', 'offline']],
  },
  {
    status: 'unauthenticated',
    colour: 'calm',
    cells: [['the sign-in'], [], ['the sign-in,', 'offline']],
  },
]

const left = (column: number) => 3 + column * 119

/** `status` and `refreshStatus` as the two axes that they are. */
export const TwoAxes = () => (
  <Picture
    height={322}
    title="A grid: the rows are the three values of status, the columns the three values of refreshStatus."
    caption="A refresh moves the app to the right and back, never up or down. The person stays on the same screen."
  >
    <Words lines={['refreshStatus →']} x={357} y={14} anchor="end" className="quiet" />
    <Words lines={['status ↓']} x={3} y={14} anchor="start" className="quiet" />
    {columns.map((name, column) => (
      <Words key={name} lines={[name]} x={left(column) + 58} y={38} className="code name" />
    ))}
    {rows.map(({ status, colour, cells }, row) => (
      <g key={status}>
        <Words lines={[status]} x={3} y={64 + row * 92} anchor="start" className="code name" />
        {cells.map((lines, column) => (
          <g key={columns[column]}>
            <rect
              x={left(column)}
              y={72 + row * 92}
              width={116}
              height={58}
              rx={6}
              className={lines.length ? colour : 'dead'}
            />
            <Words lines={lines} x={left(column) + 58} y={105 + row * 92 - (lines.length - 1) * 7} />
          </g>
        ))}
      </g>
    ))}
  </Picture>
)
