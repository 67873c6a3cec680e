import type { TimelineEntry, TimelineType } from 'authed'
import type { TokenLife } from './tabs/lives.ts'

/** One line of the list. */
export interface EventLine {
  key: string
  at: number
  text: string
  mood: 'good' | 'plain' | 'bad'
  /** The tab whose token was taken over. */
  by?: string
}

type Wording = Omit<EventLine, 'key' | 'at'>

const wordings: Partial<Record<TimelineType, Wording>> = {
  signedIn: { text: 'Signed in here', mood: 'good' },
  restored: { text: 'Restored from storage', mood: 'plain' },
  refreshed: { text: 'Refreshed by this tab', mood: 'good' },
  adopted: { text: 'Took over another tab’s token', mood: 'good' },
  unauthorized: { text: 'The API answered 401', mood: 'bad' },
  tokenRejected: { text: 'A new token is wanted at once', mood: 'plain' },
  refreshFailed: { text: 'Refresh failed', mood: 'bad' },
  signedOut: { text: 'Signed out here', mood: 'plain' },
  vanished: { text: 'Ended in another tab', mood: 'plain' },
  wentOffline: { text: 'The network went away', mood: 'bad' },
  woke: { text: 'The page came to the front', mood: 'plain' },
  clockSetBack: { text: 'The clock was set back', mood: 'bad' },
}

/** The client's timeline in words, newest first. */
export function eventLines(timeline: readonly TimelineEntry[], lives: readonly TokenLife[]): EventLine[] {
  const lines: EventLine[] = []
  let adopted: number | undefined
  for (const [place, { type, at, revision, code, duration }] of timeline.entries()) {
    const wording = wordings[type]
    if (!wording || (type === 'restored' && revision === undefined)) continue
    // A token can come by the channel and by the own attempt in the same moment.
    if (type === 'adopted' && adopted === revision) continue
    adopted = type === 'adopted' ? revision : undefined
    const by = type === 'adopted' ? lives.find((life) => life.revision === revision)?.by : undefined
    const details = type === 'refreshed' && duration !== undefined ? ` in ${duration} ms` : code ? ` (${code})` : ''
    lines.push({ key: `${at} ${place} ${type}`, at, ...wording, by, text: wording.text + details })
  }
  return lines.reverse()
}
