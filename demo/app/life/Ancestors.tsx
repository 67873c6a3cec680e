import { tabColour } from '../tabs/TabChip.tsx'
import { useTabs } from '../tabs/tabs.ts'
import { timeOfDay } from '../words.ts'

/** The tokens before this one, each in the colour of the tab that fetched it. */
export function Ancestors() {
  const { lives } = useTabs()
  const tabs = new Set(lives.flatMap(({ by = [] }) => by))
  return (
    <div>
      <dt>Lately</dt>
      <dd>
        <span
          className="ancestors"
          role="img"
          aria-label={`The last ${lives.length} tokens, by ${[...tabs].join(', ')}`}
        >
          {lives.map(({ obtainedAt, revision, by }) => (
            <i
              key={obtainedAt}
              style={by ? tabColour(by) : undefined}
              title={`No. ${revision}, ${timeOfDay(obtainedAt)}${by ? `, by ${by}` : ''}`}
            />
          ))}
        </span>
      </dd>
    </div>
  )
}
