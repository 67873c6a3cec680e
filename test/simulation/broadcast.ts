import type { Channel, ChannelMessage, Wake, WakeFact } from 'authed/core'
import type { Chance } from './chance.ts'
import type { Page } from './page.ts'
import type { Schedule } from './schedule.ts'

/** Messages between tabs: late, in order from each sender, and lost only with the tab that sent them. */
export function createBroadcast(schedule: Schedule, chance: Chance, posted: (page: Page, message: unknown) => void) {
  const hearers = new Map<Page, Set<(message: ChannelMessage) => void>>()
  const arrivals = new Map<string, number>()
  return {
    of(page: Page): Channel {
      const own = new Set<(message: ChannelMessage) => void>()
      hearers.set(page, own)
      return {
        post(message) {
          posted(page, message)
          for (const [other, listeners] of hearers) {
            if (other === page || listeners.size === 0) continue
            const way = `${page.name} ${other.name}`
            const late = chance.happens(0.1) ? chance.between(40, 300) : chance.between(0.2, 20)
            const at = Math.max(schedule.now + late, arrivals.get(way) ?? 0)
            arrivals.set(way, at)
            const diesWithSender = chance.happens(0.5)
            schedule.after(at - schedule.now, () => {
              if (page.state === 'crashed' && diesWithSender) return
              other.enter(() => {
                for (const listener of [...listeners]) listener(message)
              })
            })
          }
        },
        subscribe(listener) {
          own.add(listener)
          return () => void own.delete(listener)
        },
      }
    },
  }
}

/** What the platform tells each tab about itself and the network. */
export function createWakes(isOnline: () => boolean) {
  const sleepers = new Map<Page, Set<(fact: WakeFact) => void>>()
  return {
    of(page: Page): Wake {
      const own = new Set<(fact: WakeFact) => void>()
      sleepers.set(page, own)
      return {
        isVisible: () => page.isVisible,
        isOnline,
        subscribe(listener) {
          own.add(listener)
          return () => void own.delete(listener)
        },
      }
    },
    tell(page: Page, fact: WakeFact) {
      page.enter(() => {
        for (const listener of [...(sleepers.get(page) ?? [])]) listener(fact)
      })
    },
  }
}
