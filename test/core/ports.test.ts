import { broadcastChannel, browserWake, type ChannelMessage, systemClock } from 'authed/core'
import { createFakeClock, createTabs, settle } from 'authed/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isHolderAlive } from '../../src/core/channel.ts'

afterEach(() => vi.unstubAllGlobals())

describe('broadcastChannel', () => {
  it('reaches other tabs and not itself, and stops when nobody listens', async () => {
    const [one, other] = [broadcastChannel('ports'), broadcastChannel('ports')]
    const heard: [string, ChannelMessage][] = []
    const stops = [
      one.subscribe((message) => heard.push(['one', message])),
      other.subscribe((message) => heard.push(['other', message])),
    ]
    one.post({ type: 'changed', revision: 3 })
    await vi.waitFor(() => expect(heard).toEqual([['other', { type: 'changed', revision: 3 }]]))
    for (const stop of stops) stop()
    one.post({ type: 'changed', revision: 4 })
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(heard).toHaveLength(1)
  })

  it('is silent where the platform has none', () => {
    vi.stubGlobal('BroadcastChannel', undefined)
    const channel = broadcastChannel('ports')
    const stop = channel.subscribe(() => {})
    channel.post({ type: 'asked' })
    expect(stop).not.toThrow()
  })
})

describe('isHolderAlive', () => {
  it('is told by the holder, or finds out by silence', async () => {
    const clock = createFakeClock()
    const tabs = createTabs()
    const [asker, holder] = [tabs.open(), tabs.open()]
    const silence = isHolderAlive(asker.channel, clock)
    await clock.advance(1_000)
    expect(await silence).toBe(false)
    holder.channel.subscribe(({ type }) => type === 'asked' && holder.channel.post({ type: 'answered' }))
    expect(await isHolderAlive(asker.channel, clock)).toBe(true)
    expect(clock.pending).toBe(0)
  })
})

describe('isHolderAlive after a sleep', () => {
  it('asks again, since the timer may wake before an answer', async () => {
    const clock = createFakeClock()
    const asked: ChannelMessage[] = []
    let hear = (_message: ChannelMessage) => {}
    const channel = {
      post: (message: ChannelMessage) => void asked.push(message),
      subscribe: (listener: typeof hear) => {
        hear = listener
        return () => {}
      },
    }
    const answer = isHolderAlive(channel, clock)
    clock.sleep(60_000)
    await clock.advance(1_000)
    expect(asked).toHaveLength(2)
    hear({ type: 'changed', revision: 1 })
    hear({ type: 'answered' })
    expect(await answer).toBe(true)
    expect(clock.pending).toBe(0)
  })
})

describe('browserWake', () => {
  it('takes a place without window for visible and online, and never wakes', () => {
    vi.stubGlobal('navigator', undefined)
    expect([browserWake.isVisible(), browserWake.isOnline()]).toEqual([true, true])
    expect(browserWake.subscribe(() => {})).not.toThrow()
  })

  it('tells what happens to the page, until it is stopped', () => {
    const [window, document] = [new EventTarget(), Object.assign(new EventTarget(), { visibilityState: 'visible' })]
    vi.stubGlobal('window', window)
    vi.stubGlobal('document', document)
    const facts: string[] = []
    const stop = browserWake.subscribe((fact) => facts.push(fact))
    const fire = () => {
      for (const type of ['online', 'offline', 'focus', 'pageshow']) window.dispatchEvent(new Event(type))
      document.dispatchEvent(new Event('visibilitychange'))
    }
    fire()
    expect(facts).toEqual(['online', 'offline', 'woke', 'woke', 'woke'])
    document.visibilityState = 'hidden'
    document.dispatchEvent(new Event('visibilitychange'))
    expect(facts).toHaveLength(5)
    document.visibilityState = 'visible'
    stop()
    fire()
    expect(facts).toHaveLength(5)
  })

  it('knows a hidden page and a page without network', () => {
    vi.stubGlobal('document', { visibilityState: 'hidden' })
    vi.stubGlobal('navigator', { onLine: false })
    expect([browserWake.isVisible(), browserWake.isOnline()]).toEqual([false, false])
  })
})

describe('systemClock', () => {
  it('looks the platform up whenever it is read', async () => {
    vi.useFakeTimers({ now: 5_000 })
    try {
      const fired = vi.fn()
      systemClock.setTimeout(fired, 10)
      systemClock.clearTimeout(systemClock.setTimeout(() => fired('cleared'), 10))
      vi.advanceTimersByTime(10)
      expect([systemClock.now(), fired.mock.calls]).toEqual([5_010, [[]]])
    } finally {
      vi.useRealTimers()
    }
    await settle()
  })

  it('does without timers where a sandbox has none', () => {
    vi.stubGlobal('setTimeout', undefined)
    vi.stubGlobal('clearTimeout', undefined)
    expect(() => systemClock.clearTimeout(systemClock.setTimeout(() => {}, 1))).not.toThrow()
  })
})
