/** What a page holds open. */
export interface Attachments {
  timers: number
  channels: number
}

/** Counts, from now on, the page's timers that wait and its channels that are open. */
export function countAttachments(): () => Attachments {
  const timers = new Set<number>()
  const channels = new Set<BroadcastChannel>()
  const { setTimeout, clearTimeout, BroadcastChannel: Channel } = window
  const countedSetTimeout = (callback: () => void, delay?: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      callback()
    }, delay)
    timers.add(timer)
    return timer
  }
  const countedClearTimeout = (timer: number) => {
    timers.delete(timer)
    clearTimeout(timer)
  }
  class CountedChannel extends Channel {
    constructor(name: string) {
      super(name)
      channels.add(this)
    }
    override close() {
      channels.delete(this)
      super.close()
    }
  }
  Object.assign(window, {
    setTimeout: countedSetTimeout,
    clearTimeout: countedClearTimeout,
    BroadcastChannel: CountedChannel,
  })
  return () => ({ timers: timers.size, channels: channels.size })
}
