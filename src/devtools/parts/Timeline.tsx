import { type ReactNode, useState } from 'react'
import { timeOfDay } from '../inWords.ts'
import type { RecordEntry } from '../record/recorder.ts'
import { type Topic, tell, topics } from '../record/words.ts'
import { type Devtools, useRecord } from '../useDevtools.ts'

/** Everything that happened, newest first. */
export function Timeline({ devtools }: { devtools: Devtools }): ReactNode {
  const entries = useRecord(devtools)
  const [topic, setTopic] = useState<Topic>()
  const told = entries.map((entry) => ({ entry, telling: tell(entry) })).reverse()
  const shown = topic ? told.filter(({ telling }) => telling.topic === topic) : told
  const count = (wanted: Topic) => told.filter(({ telling }) => telling.topic === wanted).length
  return (
    <section className="timeline" aria-labelledby="authed-timeline">
      <div className="title">
        <h3 id="authed-timeline">Timeline</h3>
        <button
          type="button"
          className="slim"
          disabled={entries.length === 0}
          onClick={() => devtools.recorder.clear()}
        >
          Clear
        </button>
      </div>
      <fieldset className="filters">
        <legend>Show</legend>
        <Filter name="everything" count={told.length} isChosen={!topic} choose={() => setTopic(undefined)} />
        {topics.map((name) => (
          <Filter key={name} name={name} count={count(name)} isChosen={topic === name} choose={() => setTopic(name)} />
        ))}
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section className="scroll" tabIndex={0} aria-label="What happened, newest first">
        {shown.length > 0 ? (
          <ol>
            {shown.map(({ entry, telling: { mood, text } }) => (
              <Line key={entry.id} entry={entry} mood={mood} text={text} />
            ))}
          </ol>
        ) : (
          <p className="quiet">{topic ? `Nothing about ${topic} yet.` : 'Nothing has happened yet.'}</p>
        )}
      </section>
    </section>
  )
}

function Line({ entry: { at, revision }, mood, text }: { entry: RecordEntry; mood: string; text: string }) {
  return (
    <li data-mood={mood}>
      <time dateTime={new Date(at).toISOString()}>{timeOfDay(at)}</time>
      <span>{text}</span>
      {revision !== undefined && <small title={`Token no. ${revision}`}>no. {revision}</small>}
    </li>
  )
}

interface FilterProps {
  name: string
  count: number
  isChosen: boolean
  choose: () => void
}

function Filter({ name, count, isChosen, choose }: FilterProps) {
  return (
    <label className="filter">
      <input type="radio" name="authed-topic" checked={isChosen} onChange={choose} />
      <span>
        {name} <small>{count}</small>
      </span>
    </label>
  )
}
