import type { Chance } from './chance.ts'
import type { DiskHealth } from './database.ts'
import type { Page } from './page.ts'
import type { Schedule } from './schedule.ts'

/** The `localStorage` of a browser whose pages live in several processes: each sees its own writes at once, others' late. */
export function createWebStorage(
  schedule: Schedule,
  chance: Chance,
  health: DiskHealth,
  changed: (page: Page, key: string, value: string | undefined, before: string | undefined) => void,
) {
  const values = new Map<string, string | undefined>()
  const views = new Map<Page, Map<string, { value?: string; serial: number }>>()
  const arrivals = new Map<Page, number>()
  let serial = 0

  function write(page: Page, key: string, value: string | undefined) {
    const own = ++serial
    const before = values.get(key)
    values.set(key, value)
    for (const [other, view] of views) {
      const show = () => {
        // A page that has written since keeps to its own word.
        if ((view.get(key)?.serial ?? 0) < own) view.set(key, { value, serial: own })
      }
      if (other === page) show()
      else {
        // In the order in which they were written.
        const at = Math.max(schedule.now + chance.between(0, 60), (arrivals.get(other) ?? 0) + 0.001)
        arrivals.set(other, at)
        schedule.after(at - schedule.now, show)
      }
    }
    changed(page, key, value, before)
  }

  return {
    values,
    of(page: Page) {
      const view = new Map([...values].map(([key, value]) => [key, { value, serial }]))
      views.set(page, view)
      return {
        getItem: (key: string) => view.get(key)?.value ?? null,
        setItem(key: string, value: string) {
          // A number fits in where a number was.
          if (health.full && value.length > 20) throw new DOMException('full', 'QuotaExceededError')
          write(page, key, value)
        },
        removeItem: (key: string) => write(page, key, undefined),
      }
    },
  }
}
