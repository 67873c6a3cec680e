import { Picture } from './Picture.tsx'
import { Words } from './Words.tsx'

/** The four parts of a token's life; not to scale, or the last ones could not be read. */
const parts = [
  { name: '1', says: 'fresh', colour: 'alive', from: 4, to: 154 },
  { name: '2', says: 'one refresh', colour: 'ahead', from: 154, to: 246 },
  { name: '3', says: 'waiting', colour: 'margin', from: 246, to: 312 },
  { name: '4', says: 'dead', colour: 'dead', from: 312, to: 356 },
]

/** The bar of a token's life with its two thresholds, and what who asks for it gets. */
export const TokenLife = () => (
  <Picture
    height={194}
    title="The life of a token from left to right: fresh, then refresh-ahead, then the expiry margin, then dead."
    caption="Not to scale. Both thresholds are shares of the token’s lifetime, with a cap."
  >
    <Words lines={['who asks …']} x={4} y={14} anchor="start" className="quiet" />
    <path d="M4 46 V38 H246 V46" className="line" />
    <Words lines={['gets it at once']} x={125} y={32} />
    <path d="M246 46 V38 H356 V46" className="line" />
    <Words lines={['waits for the next']} x={301} y={32} />
    {parts.map(({ name, says, colour, from, to }) => (
      <g key={name}>
        <rect x={from} y={52} width={to - from} height={44} className={colour} />
        <Words lines={[name]} x={(from + to) / 2} y={70} className="name" />
        <Words lines={[says]} x={(from + to) / 2} y={87} />
      </g>
    ))}
    <Words lines={['asked for']} x={4} y={113} anchor="start" className="quiet" />
    <Words lines={['expires']} x={312} y={113} className="quiet" />
    <path d="M154 96 V152" className="line" />
    <Words lines={['refresh-ahead']} x={148} y={134} anchor="end" className="name" />
    <Words lines={['last 20 %, at most 5 min']} x={148} y={149} anchor="end" className="quiet" />
    <path d="M246 96 V188" className="line" />
    <Words lines={['expiry margin']} x={240} y={170} anchor="end" className="name" />
    <Words lines={['last 10 %, at most 30 s']} x={240} y={185} anchor="end" className="quiet" />
  </Picture>
)
