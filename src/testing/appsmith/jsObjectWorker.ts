/** What the page tells the worker. */
export type ToWorker =
  | {
      type: 'installed'
      id: number
      libraries: readonly string[]
      code: string
      queries: string[]
      store: Record<string, unknown>
    }
  | { type: 'called'; id: number; name: string; input: unknown[] }
  | { type: 'queryAnswered'; id: number; answer: { data: unknown; statusCode: string } }
  | { type: 'stored'; changes: { key: string; value: unknown }[] }

/** What the worker tells the page. */
export type FromWorker =
  | { type: 'answered'; id: number; value?: unknown; error?: string }
  | { type: 'queried'; id: number; name: string; parameters: Record<string, unknown> }
  | { type: 'stored'; changes: { key: string; value: unknown; persist: boolean }[] }

/** The worker's whole program. It names nothing outside itself, since only its text gets there. */
export function jsObjectWorker(): void {
  type Change = { key: string; value: unknown; persist: boolean }
  type Answer = { data: unknown; statusCode: string }
  const post = self.postMessage.bind(self) as (message: unknown) => void
  const waiting = new Map<number, (answer: Answer) => void>()
  const lastAnswers: Record<string, Answer> = {}
  let names: string[] = []
  let store: Record<string, unknown> = {}
  let build: ((...names: unknown[]) => Record<string, (...input: unknown[]) => unknown>) | undefined
  let changes: Change[] = []
  let queried = 0

  const timers = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'requestAnimationFrame']
  const storages = ['indexedDB', 'caches', 'BroadcastChannel', 'fetch', 'XMLHttpRequest', 'crypto']
  for (const name of [...timers, ...storages]) {
    Object.defineProperty(self, name, { value: undefined, writable: true, configurable: true })
  }

  function storeValue(key: string, value: unknown, persist = true) {
    store[key] = value
    if (changes.length === 0)
      queueMicrotask(() => {
        post({ type: 'stored', changes })
        changes = []
      })
    changes.push({ key, value, persist })
    return {}
  }

  /** Made anew for each run, as Appsmith does. */
  function query(name: string) {
    const { data, statusCode } = lastAnswers[name] ?? {}
    const entity = {
      data,
      responseMeta: { statusCode },
      run: async (parameters: unknown = {}) => {
        const id = ++queried
        post({ type: 'queried', id, name, parameters })
        const answer = await new Promise<Answer>((resolve) => waiting.set(id, resolve))
        lastAnswers[name] = answer
        entity.data = answer.data
        entity.responseMeta = { statusCode: answer.statusCode }
        if (!/^[123]/.test(answer.statusCode)) throw new Error(`${name} failed to execute`)
        return answer.data
      },
    }
    return entity
  }
  const instance = () => build?.({ store }, storeValue, ...names.map(query)) ?? {}

  async function answer(id: number, work: () => unknown) {
    try {
      post({ type: 'answered', id, value: await work() })
    } catch (error) {
      post({ type: 'answered', id, error: String(error) })
    }
  }

  self.onmessage = ({ data }: MessageEvent) => {
    if (data.type === 'stored') {
      for (const { key, value } of data.changes) store[key] = value
    } else if (data.type === 'queryAnswered') {
      waiting.get(data.id)?.(data.answer)
      waiting.delete(data.id)
    } else if (data.type === 'called') {
      const object = instance()
      void answer(data.id, () => object[data.name]?.(...data.input))
    } else {
      void answer(data.id, () => {
        store = data.store
        names = data.queries
        for (const library of data.libraries) {
          ;(self as unknown as { importScripts(url: string): void }).importScripts(
            URL.createObjectURL(new Blob([library], { type: 'text/javascript' })),
          )
        }
        const body = data.code.replace(/export\s+default/, 'return')
        build = new Function('appsmith', 'storeValue', ...names, body) as typeof build
        const object = instance()
        return Object.keys(object).filter((name) => typeof object[name] === 'function')
      })
    }
  }
}
