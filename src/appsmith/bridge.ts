import { type AppsmithHost, type AppsmithMode, findAppsmithHost, isReady, type JsonObject } from './host.ts'
import { tellAll } from './tellAll.ts'

/** What a widget knows of the page around it. */
export interface AppsmithState {
  /** `pending` until Appsmith has told the model. */
  readonly status: 'pending' | 'ready'
  readonly mode: AppsmithMode
  /** The widget's `defaultModel`, or what `updateModel` has made of it. */
  readonly model: JsonObject
  /** Size of the widget in pixels. */
  readonly ui: { readonly width?: number; readonly height?: number }
  readonly theme: {
    readonly primaryColor?: string
    readonly backgroundColor?: string
    readonly borderRadius?: string
    readonly boxShadow?: string
  }
}

/** A widget's connection to its page. Make one for the document, outside React. */
export interface AppsmithBridge {
  /** The same object for as long as nothing has changed. */
  getState(): AppsmithState
  /** Calls `listener` after every change. Returns what ends that. */
  subscribe(listener: () => void): () => void
  /** Resolves once Appsmith has told the model; also where its `onReady` never fires. */
  whenReady(): Promise<void>
  /**
   * Runs the widget's event of that name. Nothing comes back: not even whether the event is declared.
   *
   * @param context Becomes the handler's global names. Sent as plain JSON, since anything else kills Appsmith's queue.
   * @throws `TypeError` for what is no JSON.
   */
  triggerEvent(name: string, context?: JsonObject): void
  /**
   * Changes the widget's model until the page brings another. No place for tokens: top-level texts end up in the
   * document, and any change of `defaultModel` wipes it.
   *
   * @throws `TypeError` for what is no JSON.
   */
  updateModel(part: JsonObject): void
}

/** How a bridge is set up. */
export interface AppsmithBridgeOptions {
  /** Finds Appsmith's object. Default: `window.appsmith`, looked up whenever it is needed. */
  findHost?: () => AppsmithHost | undefined
}

/** The state before anything is known. */
export const unknownPage: AppsmithState = { status: 'pending', mode: '', model: {}, ui: {}, theme: {} }

const firstPause = 50
const longestPause = 1_000

/**
 * Connects a custom widget with its Appsmith page. It touches nothing until somebody listens, and leaves
 * `appsmith.onReady` to the widget, since that has room for one callback only.
 *
 * @example
 * ```ts
 * const bridge = createAppsmithBridge()
 * bridge.triggerEvent('onRowSelected', { row })
 * ```
 */
export function createAppsmithBridge({ findHost = findAppsmithHost }: AppsmithBridgeOptions = {}): AppsmithBridge {
  const listeners = new Set<() => void>()
  const outbox: ((host: AppsmithHost) => void)[] = []
  let state = unknownPage
  let joined: AppsmithHost | undefined
  let watching = false

  function getState(): AppsmithState {
    const host = findHost()
    if (!host || !isReady(host)) return state
    const { mode, model, ui, theme } = host
    const same = state.mode === mode && state.model === model && state.ui === ui && state.theme === theme
    if (!same || state.status === 'pending')
      state = { status: 'ready', mode, model: model ?? {}, ui: ui ?? {}, theme: theme ?? {} }
    return state
  }

  const tell = () => tellAll(listeners)

  /** Listens to the host for as long as the document lives: leaving within a callback makes it skip the next listener. */
  function join() {
    const host = findHost()
    if (!host || host === joined) return
    joined = host
    for (const listen of [host.onModelChange, host.onUiChange, host.onThemeChange]) listen?.call(host, tell)
    for (const send of outbox.splice(0)) send(host)
  }

  /** The first model comes without a call of any listener, so it is looked for: at each message, and now and then. */
  function watch() {
    if (watching) return
    watching = true
    let pause = firstPause
    const look = () => {
      join()
      if (getState().status === 'pending') return false
      globalThis.removeEventListener?.('message', look)
      tell()
      return true
    }
    const poll = () => {
      if (look()) return
      setTimeout(poll, pause)
      pause = Math.min(pause * 1.5, longestPause)
    }
    globalThis.addEventListener?.('message', look)
    poll()
  }

  function send(order: (host: AppsmithHost) => void) {
    const host = findHost()
    if (host) return order(host)
    outbox.push(order)
    watch()
  }

  function subscribe(listener: () => void) {
    // First the host, whose own subscriptions call back at once, and then the listener, which is called for news only.
    watch()
    const own = () => listener()
    listeners.add(own)
    return () => void listeners.delete(own)
  }

  return {
    getState,
    subscribe,
    whenReady: () =>
      new Promise((resolve) => {
        const settle = () => {
          if (getState().status === 'pending') return
          resolve()
          leave()
        }
        const leave = subscribe(settle)
        settle()
      }),
    triggerEvent(name, context) {
      const plain = context && plainJson(context, `The context of the event "${name}"`)
      send((host) => host.triggerEvent(name, plain))
    },
    updateModel(part) {
      const plain = plainJson(part, 'The part of the model')
      send((host) => host.updateModel(plain))
      tell()
    },
  }
}

function plainJson(value: JsonObject, what: string): JsonObject {
  try {
    return JSON.parse(JSON.stringify(value))
  } catch (cause) {
    throw new TypeError(`${what} is not plain JSON. Pass texts, numbers, booleans, arrays and objects only.`, { cause })
  }
}
