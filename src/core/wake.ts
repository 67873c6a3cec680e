/** What the platform tells about the page: it woke (shown, focused, restored), or the network came or went. */
export type WakeFact = 'woke' | 'online' | 'offline'

/** How the client learns that the page or the network is back. Replace it where there is no `document`. */
export interface Wake {
  /** Whether somebody can see the page. Hidden pages do not refresh by themselves. */
  isVisible(): boolean
  isOnline(): boolean
  /** Returns what ends the subscription. */
  subscribe(listener: (fact: WakeFact) => void): () => void
}

/** The events of window and document; in workers and on servers always visible, always online, never woken. */
export const browserWake: Wake = {
  isVisible: () => globalThis.document?.visibilityState !== 'hidden',
  isOnline: () => globalThis.navigator?.onLine !== false,
  subscribe(listener) {
    if (typeof window === 'undefined' || !window.addEventListener) return () => {}
    const controller = new AbortController()
    const on = (target: EventTarget, type: string, fact: WakeFact) =>
      target.addEventListener(type, () => listener(fact), { signal: controller.signal })
    on(window, 'online', 'online')
    on(window, 'offline', 'offline')
    on(window, 'focus', 'woke')
    on(window, 'pageshow', 'woke')
    on(document, 'visibilitychange', 'woke')
    return () => controller.abort()
  },
}
