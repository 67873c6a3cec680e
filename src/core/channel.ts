import type { Clock } from './clock.ts'
import { within } from './within.ts'

/** What tabs tell each other. Never a token: who hears that something changed reads it from the storage. */
export type ChannelMessage =
  /** A session was written, refreshed or removed. */
  | { type: 'changed'; revision: number }
  /** Is the holder of the lock alive? */
  | { type: 'asked' }
  | { type: 'answered' }

/** How tabs of one origin reach each other. */
export interface Channel {
  post(message: ChannelMessage): void
  /** Returns what ends the subscription. */
  subscribe(listener: (message: ChannelMessage) => void): () => void
}

/** A BroadcastChannel, opened by the first listener and closed by the last; where there is none, silence. */
export function broadcastChannel(name: string): Channel {
  const listeners = new Set<(message: ChannelMessage) => void>()
  let channel: BroadcastChannel | undefined
  const open = () => {
    try {
      return new BroadcastChannel(name)
    } catch {
      return undefined
    }
  }
  return {
    post(message) {
      const sender = channel ?? open()
      sender?.postMessage(message)
      if (sender !== channel) sender?.close()
    },
    subscribe(listener) {
      listeners.add(listener)
      channel ??= open()
      if (channel) {
        channel.onmessage = ({ data }) => {
          for (const tell of [...listeners]) tell(data)
        }
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        channel?.close()
        channel = undefined
      }
    },
  }
}

const answerTime = 1_000

/** Asks the other tabs whether the holder of the lock lives. A frozen or closed one does not answer. */
export async function isHolderAlive(channel: Channel, clock: Clock): Promise<boolean> {
  const askedAt = clock.now()
  let detach = () => {}
  const answer = () =>
    new Promise<boolean>((resolve) => {
      detach = channel.subscribe(({ type }) => type === 'answered' && resolve(true))
      channel.post({ type: 'asked' })
    })
  const alive = await within(clock, answerTime, answer).catch(() => false)
  detach()
  // After a sleep the timer may be first to wake, before an answer had a chance.
  const overslept = clock.now() - askedAt > 2 * answerTime
  return alive || (overslept && isHolderAlive(channel, clock))
}
