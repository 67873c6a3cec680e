import { Picture } from './Picture.tsx'
import { Words } from './Words.tsx'

const lanes = { 'Tab A': 44, 'Tab B': 134, storage: 224, server: 314 } as const
type Lane = keyof typeof lanes

/** One message from lane to lane. */
function Message({ from, to, y, says }: { from: Lane; to: Lane; y: number; says: string }) {
  const direction = Math.sign(lanes[to] - lanes[from])
  const start = lanes[from] + direction * 7
  const end = lanes[to] - direction * 7
  return (
    <g>
      <path d={`M${start} ${y} H${end - direction * 5}`} className="arrow" />
      <path d={`M${end} ${y} l${-direction * 7} -4 v8 Z`} className="head" />
      <rect
        x={(start + end) / 2 - says.length * 3.2}
        y={y - 17}
        width={says.length * 6.4}
        height={14}
        className="paper"
      />
      <Words lines={[says]} x={(start + end) / 2} y={y - 6} />
    </g>
  )
}

/** What happens, from top to bottom, when two tabs find the token dead. */
export const SeveralTabs = () => (
  <Picture
    height={406}
    title="Two tabs wake with a dead token. Tab A takes the lock, reads the storage, refreshes at the server, commits and lets go. Tab B waits, then takes the lock, reads the storage and finds the new token."
    caption="Time goes down. The filled bars hold the lock, the dotted line waits for it. The server hears of one refresh."
  >
    {Object.entries(lanes).map(([name, x]) => (
      <g key={name}>
        <path d={`M${x} 56 V382`} className="line" strokeDasharray="1 4" />
        <rect x={x - 40} y={4} width={80} height={26} rx={6} className="box" />
        <Words lines={[name]} x={x} y={21} className="name" />
      </g>
    ))}
    <Words lines={['token is dead']} x={lanes['Tab A']} y={50} className="quiet" />
    <Words lines={['token is dead']} x={lanes['Tab B']} y={50} className="quiet" />
    <rect x={lanes['Tab A'] - 5} y={62} width={10} height={218} rx={3} className="alive" />
    <path d={`M${lanes['Tab B']} 62 V290`} className="waiting" />
    <Message from="Tab A" to="storage" y={88} says="read again" />
    <Message from="storage" to="Tab A" y={118} says="nothing newer" />
    <Message from="Tab A" to="server" y={154} says="refresh token 1" />
    <Message from="server" to="Tab A" y={190} says="tokens 2" />
    <Message from="Tab A" to="storage" y={226} says="commit tokens 2" />
    <Message from="Tab A" to="Tab B" y={262} says="“rev. 2”" />
    <rect x={lanes['Tab B'] - 5} y={290} width={10} height={84} rx={3} className="alive" />
    <Message from="Tab B" to="storage" y={318} says="read again" />
    <Message from="storage" to="Tab B" y={352} says="tokens 2" />
    <Words lines={['goes on']} x={lanes['Tab A']} y={396} className="quiet" />
    <Words lines={['goes on']} x={lanes['Tab B']} y={396} className="quiet" />
  </Picture>
)
