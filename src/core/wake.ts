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
    if (typeof document === 'undefined') return () => {}
    const controller = new AbortController()
    const on = (target: EventTarget, type: string, fact: WakeFact) =>
      target.addEventListener(type, () => listener(fact), { signal: controller.signal })
    on(window, 'online', 'online')
    on(window, 'offline', 'offline')
    on(window, 'focus', 'woke')
    on(window, 'pageshow', 'woke')
    // Only when shown. A page that is being left turns hidden too: a read of the storage begun then is suspended with the
    // page in the back-forward cache, and in WebKit keeps all other tabs from writing for as long as it stays there.
    const shown = () => document.visibilityState === 'visible' && listener('woke')
    document.addEventListener('visibilitychange', shown, { signal: controller.signal })
    return () => controller.abort()
  },
}
