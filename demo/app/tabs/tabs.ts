import type { TimelineType } from 'authed'
import { useSyncExternalStore } from 'react'
import { client } from '../session.ts'
import { mergeLives, type TokenLife } from './lives.ts'
import { freeName } from './names.ts'

/** A tab of this app. */
export interface Tab {
  readonly id: string
  readonly name: string
  readonly bornAt: number
  /** The revision of the token that it holds. */
  readonly revision?: number
}

/** What this tab knows of itself and the others. */
export interface TabsState {
  readonly own: Tab
  readonly others: readonly Tab[]
  /** The session's latest tokens, oldest first. */
  readonly lives: readonly TokenLife[]
}

interface Message {
  type: 'hello' | 'here' | 'gone'
  tab: Tab
  lives: readonly TokenLife[]
}

const nameKey = 'authed demo: tab'
const channel = new BroadcastChannel('authed demo: tabs')
const listeners = new Set<() => void>()

let state: TabsState = {
  own: { id: crypto.randomUUID(), name: sessionStorage.getItem(nameKey) ?? freeName([]), bornAt: Date.now() },
  others: [],
  lives: [],
}

function update(next: Partial<TabsState>) {
  state = { ...state, ...next }
  sessionStorage.setItem(nameKey, state.own.name)
  for (const listener of listeners) listener()
}

const post = (type: Message['type']) => channel.postMessage({ type, tab: state.own, lives: state.lives })

channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  const { type, tab, lives } = data
  const others = state.others.filter(({ id }) => id !== tab.id)
  if (type === 'gone') return update({ others })
  update({ others: [...others, tab].sort((a, b) => a.bornAt - b.bornAt), lives: mergeLives(state.lives, lives) })
  const { own } = state
  // A duplicated tab inherits its twin's name: the younger one takes another.
  if (tab.name === own.name && tab.bornAt < own.bornAt) {
    update({ own: { ...own, name: freeName(state.others.map(({ name }) => name)) } })
    post('here')
  } else if (type === 'hello') post('here')
})

/** How a tab comes by a token of its own; by any other way it has taken over another tab's. */
const own: TimelineType[] = ['refreshed', 'signedIn']
const gains: TimelineType[] = [...own, 'adopted', 'restored']

function followClient() {
  const { obtainedAt, revision } = client.getState()
  if (state.own.revision === revision && (!obtainedAt || state.lives.at(-1)?.obtainedAt === obtainedAt)) return
  const gain = client.inspect().timeline.findLast(({ type }) => gains.includes(type))
  const by = gain && own.includes(gain.type) ? state.own.name : undefined
  update({
    own: { ...state.own, revision },
    lives: obtainedAt && revision ? mergeLives(state.lives, [{ obtainedAt, revision, by }]) : [],
  })
  post('here')
}

client.subscribe(followClient)
addEventListener('pagehide', () => post('gone'))
addEventListener('pageshow', ({ persisted }) => persisted && post('hello'))
post('hello')

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** This tab, the others, and who fetched which token. */
export const useTabs = (): TabsState => useSyncExternalStore(subscribe, () => state)
