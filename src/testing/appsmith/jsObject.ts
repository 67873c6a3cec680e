import { type FromWorker, jsObjectWorker, type ToWorker } from './jsObjectWorker.ts'
import type { AppsmithStore } from './store.ts'

/** What a query's request came to, as Appsmith tells it. */
export interface QueryAnswer {
  data: unknown
  /** Such as `200 OK` or `401 UNAUTHORIZED`. */
  statusCode: string
}

/** How a JS Object is set up. */
export interface JsObjectSettings {
  store: AppsmithStore
  /** The JS Object's text: `export default { … }`. */
  code: string
  /** Texts of the libraries that the app has installed, as classic scripts. */
  libraries?: readonly string[]
  /** The app's queries. An answer of 400 or more, or an error that is thrown, makes `run()` reject. */
  queries?: Record<string, (parameters: Record<string, unknown>) => Promise<QueryAnswer>>
}

/** A JS Object that runs. */
export interface JsObject {
  /** The names of its functions. */
  readonly functions: readonly string[]
  /** Calls one of its functions. @throws `Error` where that throws. */
  run(name: string, ...input: unknown[]): Promise<unknown>
  remove(): void
}

/** Runs a JS Object in a worker without DOM, timers, storage, locks or channels, as Appsmith evaluates it. */
export async function createJsObject(settings: JsObjectSettings): Promise<JsObject> {
  const { store, code, libraries = [], queries = {} } = settings
  const source = new Blob([`(${jsObjectWorker})()`], { type: 'text/javascript' })
  const url = URL.createObjectURL(source)
  const worker = new Worker(url)
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const post = (message: ToWorker) => worker.postMessage(message)
  let calls = 0
  let incoming = false

  const called = (message: (id: number) => ToWorker) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++calls
      waiting.set(id, { resolve, reject })
      post(message(id))
    })

  worker.onmessage = async ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === 'stored') {
      incoming = true
      for (const { key, value, persist } of data.changes) store.storeValue(key, value, persist)
      queueMicrotask(() => {
        incoming = false
      })
    } else if (data.type === 'answered') {
      const { resolve, reject } = waiting.get(data.id) ?? {}
      waiting.delete(data.id)
      if (data.error === undefined) resolve?.(data.value)
      else reject?.(new Error(data.error))
    } else {
      const { id, name, parameters } = data
      const answer = await queries[name]?.(parameters).catch((error) => ({
        data: String(error),
        statusCode: 'PE-RST-5000',
      }))
      post({ type: 'queryAnswered', id, answer: answer ?? { data: undefined, statusCode: 'AE-ACL-4004' } })
    }
  }
  const unsubscribe = store.subscribe((keys) => {
    if (!incoming) post({ type: 'stored', changes: keys.map((key) => ({ key, value: store.values[key] })) })
  })
  const functions = await called((id) => ({
    ...{ type: 'installed', id, libraries, code },
    queries: Object.keys(queries),
    store: JSON.parse(JSON.stringify(store.values)),
  }))
  URL.revokeObjectURL(url)
  return {
    functions: functions as string[],
    run: (name, ...input) => called((id) => ({ type: 'called', id, name, input })),
    remove() {
      unsubscribe()
      worker.terminate()
    },
  }
}
