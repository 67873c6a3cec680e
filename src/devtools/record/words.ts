import { inWords } from '../inWords.ts'
import type { RecordEntry } from './recorder.ts'

/** What an entry is about: the filters of the timeline. */
export type Topic = 'refreshes' | 'requests' | 'session' | 'tabs' | 'surroundings'

/** How an entry is told. */
export interface Telling {
  topic: Topic
  mood: 'good' | 'plain' | 'bad'
  text: string
}

/** The filters, in the order in which they are shown. */
export const topics: readonly Topic[] = ['refreshes', 'requests', 'session', 'tabs', 'surroundings']

const tellings: Record<RecordEntry['type'], Telling> = {
  restored: { topic: 'session', mood: 'plain', text: 'Looked into the storage' },
  signedIn: { topic: 'session', mood: 'good', text: 'Signed in here' },
  signedOut: { topic: 'session', mood: 'plain', text: 'Signed out here' },
  vanished: { topic: 'tabs', mood: 'plain', text: 'The session was ended in another tab' },
  adopted: { topic: 'tabs', mood: 'good', text: 'Took over a token of another tab' },
  attemptStarted: { topic: 'refreshes', mood: 'plain', text: 'Set out for the next token' },
  lockTaken: { topic: 'refreshes', mood: 'plain', text: 'Got the lock' },
  refreshed: { topic: 'refreshes', mood: 'good', text: 'Refreshed' },
  refreshFailed: { topic: 'refreshes', mood: 'bad', text: 'The attempt failed' },
  refreshAsked: { topic: 'refreshes', mood: 'plain', text: 'Asked for a new token' },
  unauthorized: { topic: 'requests', mood: 'bad', text: 'The API answered 401' },
  tokenRejected: { topic: 'requests', mood: 'bad', text: 'The token counts as dead' },
  replayed: { topic: 'requests', mood: 'good', text: 'Sent the request once more' },
  wentOffline: { topic: 'surroundings', mood: 'bad', text: 'The network went away' },
  cameOnline: { topic: 'surroundings', mood: 'good', text: 'The network is there' },
  woke: { topic: 'surroundings', mood: 'plain', text: 'The page came to the front' },
  slept: { topic: 'surroundings', mood: 'plain', text: 'The page slept' },
  clockSetBack: { topic: 'surroundings', mood: 'bad', text: 'The clock was set back' },
}

/** What is to be added to the bare fact. */
function detailsOf({ type, revision, code, duration = 0, delay }: RecordEntry): string {
  if (type === 'restored') return revision === undefined ? ', found nothing' : `, found token no. ${revision}`
  if (type === 'lockTaken' && duration === 0) return ' at once'
  const took = duration > 0 ? ` ${type === 'slept' ? 'for' : 'after'} ${inWords(duration)}` : ''
  const why = code ? ` with “${code}”` : ''
  return `${took}${why}${delay === undefined ? '' : `, next attempt in ${inWords(delay)}`}`
}

/** An entry as a sentence. */
export function tell(entry: RecordEntry): Telling {
  const telling = tellings[entry.type]
  return { ...telling, text: telling.text + detailsOf(entry) }
}

const beginnings: Partial<Record<RecordEntry['type'], string>> = {
  signedIn: 'Signed in here',
  restored: 'Restored from the storage',
  adopted: 'Begun in another tab',
  refreshed: 'Signed in by itself',
}

/** How the present session came about, by what is on record; `undefined` where that is too long ago. */
export function originOf(entries: readonly RecordEntry[]): { at: number; text: string } | undefined {
  const facts = entries.filter(({ type }) => type !== 'slept')
  const origin = facts.findLast(({ type, revision }, place) => {
    const before = facts[place - 1]
    if (revision === undefined || !beginnings[type]) return false
    // A session begins where there was none, or where the count of its tokens begins anew.
    return type === 'signedIn' || type === 'restored' || (before && !((before.revision ?? Infinity) <= revision))
  })
  return origin && { at: origin.at, text: beginnings[origin.type] as string }
}
