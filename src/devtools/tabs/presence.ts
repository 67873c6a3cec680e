import type { AuthClient } from '../../core/index.ts'

/** A tab in which a panel follows the same session. */
export interface TabFacts {
  readonly id: string
  readonly openedAt: number
  readonly isVisible: boolean
  readonly holdsLock: boolean
  /** The token that it holds, as a number that grows with each one. */
  readonly revision?: number
}

/** The tabs that take part, this one included, in the order in which they were opened. */
export interface Presence {
  readonly ownId: string
  getTabs(): readonly TabFacts[]
  subscribe(listener: () => void): () => void
  /** Begins to tell the others of this tab, and to hear of them. Returns what ends that. */
  start(): () => void
}

type Message = { type: 'here'; tab: TabFacts } | { type: 'gone'; id: string } | { type: 'hello' }

const heartbeat = 1_000
/** A hidden tab may be slowed down to one heartbeat a minute; what is silent for longer is frozen or gone. */
const patience = { visible: 4 * heartbeat, hidden: 70_000 }

/** Finds the other tabs with a panel for `client`. It tells them numbers and flags, never a token. */
export function createPresence(client: Pick<AuthClient, 'key' | 'inspect' | 'subscribe'>): Presence {
  const ownId = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`
  const openedAt = Date.now()
  const listeners = new Set<() => void>()
  const others = new Map<string, { tab: TabFacts; heardAt: number }>()
  let tabs: readonly TabFacts[] = [describe()]

  function describe(): TabFacts {
    const { holdsLock, state } = client.inspect()
    const isVisible = globalThis.document?.visibilityState !== 'hidden'
    return { id: ownId, openedAt, isVisible, holdsLock, revision: state.revision }
  }

  function update() {
    const now = Date.now()
    for (const [id, { tab, heardAt }] of others) {
      if (now - heardAt > (tab.isVisible ? patience.visible : patience.hidden)) others.delete(id)
    }
    const next = [describe(), ...[...others.values()].map(({ tab }) => tab)]
    next.sort((one, other) => one.openedAt - other.openedAt || (one.id < other.id ? -1 : 1))
    if (JSON.stringify(next) === JSON.stringify(tabs)) return
    tabs = next
    for (const listener of [...listeners]) listener()
  }

  function start() {
    const channel = open(`${client.key} devtools`)
    const post = (message: Message) => channel?.postMessage(message)
    // A page that is left turns hidden after it has said so: it must not be taken for one that has come.
    let isLeaving = false
    const tellOwn = () => {
      update()
      if (!isLeaving) post({ type: 'here', tab: describe() })
    }
    if (channel) {
      channel.onmessage = ({ data }: MessageEvent<Message>) => {
        if (data.type === 'here') others.set(data.tab.id, { tab: data.tab, heardAt: Date.now() })
        if (data.type === 'gone') others.delete(data.id)
        if (data.type === 'hello') tellOwn()
        update()
      }
    }
    const leave = () => {
      isLeaving = true
      post({ type: 'gone', id: ownId })
    }
    const comeBack = () => {
      isLeaving = false
      tellOwn()
    }
    const detach = client.subscribe(tellOwn)
    const timer = setInterval(tellOwn, heartbeat)
    addEventListener('pagehide', leave)
    addEventListener('pageshow', comeBack)
    document.addEventListener('visibilitychange', tellOwn)
    post({ type: 'hello' })
    tellOwn()
    return () => {
      leave()
      detach()
      clearInterval(timer)
      removeEventListener('pagehide', leave)
      removeEventListener('pageshow', comeBack)
      document.removeEventListener('visibilitychange', tellOwn)
      channel?.close()
      others.clear()
    }
  }

  return {
    ownId,
    getTabs: () => tabs,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start,
  }
}

/** In a sandboxed frame there may be no channel: then this tab sees but itself. */
function open(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name)
  } catch {
    return undefined
  }
}
