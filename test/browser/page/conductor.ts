import type { RowsAnswer, WakeOrder } from './lab.ts'

type Message =
  | { type: 'sleep'; offset: number }
  | { type: 'asleep' }
  | { type: 'wake'; pauses: Record<string, number> }
  | { type: 'answer'; answer: RowsAnswer }
  | { type: 'hello' }
  | { type: 'present'; name: string }

/** What a tab does when it is told to. */
export interface Player {
  sleep(offset: number): void
  wake(): void
  rows(): Promise<RowsAnswer>
}

const channelName = 'lab'
const patience = 60_000

function openChannel() {
  try {
    return new BroadcastChannel(channelName)
  } catch {
    // Where all storage is blocked tabs cannot talk to each other either.
    return undefined
  }
}

/** Lets this tab follow the conductor. */
export function followConductor(player: Player) {
  const name = crypto.getRandomValues(new Uint32Array(2)).join('-')
  const channel = openChannel()
  if (!channel) return
  channel.onmessage = async ({ data }: MessageEvent<Message>) => {
    if (data.type === 'hello') channel.postMessage({ type: 'present', name })
    if (data.type === 'sleep') {
      player.sleep(data.offset)
      channel.postMessage({ type: 'asleep' })
    }
    if (data.type === 'wake') {
      const pause = data.pauses[name]
      // Timers of hidden tabs come late, an answer of the server does not.
      if (pause) await fetch(`/pause?duration=${pause}`)
      player.wake()
      channel.postMessage({ type: 'answer', answer: await player.rows() })
    }
  }
}

/** Lets all tabs sleep, moves their clocks, wakes them and collects what each got. */
export async function conduct({ tabs, offset, stagger }: WakeOrder): Promise<RowsAnswer[]> {
  const channel = new BroadcastChannel(channelName)
  const call = async (message: Message, type: Message['type']) => {
    const heard: Message[] = []
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => reject(new Error(`${heard.length} of ${tabs} tabs answered to "${message.type}".`))
      const timer = setTimeout(giveUp, patience)
      channel.onmessage = ({ data }: MessageEvent<Message>) => {
        if (data.type === type) heard.push(data)
        if (heard.length < tabs) return
        clearTimeout(timer)
        resolve()
      }
      channel.postMessage(message)
    })
    return heard
  }
  try {
    const present = stagger ? await call({ type: 'hello' }, 'present') : []
    const names = present.flatMap((message) => (message.type === 'present' ? message.name : []))
    await call({ type: 'sleep', offset }, 'asleep')
    const pauses = Object.fromEntries(names.map((name, place) => [name, place * stagger]))
    const answers = await call({ type: 'wake', pauses }, 'answer')
    return answers.flatMap((message) => (message.type === 'answer' ? message.answer : []))
  } finally {
    channel.close()
  }
}
