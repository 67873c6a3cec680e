import { evaluateProperty, type Names, runBinding } from './binding.ts'
import { createFrame, createSrcdoc, type WidgetPanes } from './frame.ts'

/** How a custom widget is set up on its page. */
export interface WidgetSettings extends WidgetPanes {
  /** The property of that name, with its bindings. Default `{}`. */
  defaultModel?: string
  /** Events and their bindings. One that is not here is dropped. */
  events?: Record<string, string>
  /** Default `DEPLOYED`. */
  mode?: 'EDITOR' | 'DEPLOYED' | 'BUILDER'
  /** Default `on`. */
  sandbox?: 'on' | 'off'
  /** `anvil`: a handshake without size and theme. Default `classic`. */
  layout?: 'classic' | 'anvil'
  theme?: Record<string, string>
}

/** What goes wrong between page and widget. Change it at any time. */
export interface WidgetFaults {
  /** How many milliseconds late the model arrives. Default 0. */
  echoDelay: () => number
  /** Milliseconds until a message is acknowledged, or `never`. Default 0. */
  acknowledge: (type: string) => number | 'never'
  /** How often the handshake is answered. Default 1. */
  readyAnswers: number
}

/** A message of the widget, as the page got it. */
export interface WidgetMessage {
  readonly type: string
  readonly data?: { readonly eventName?: string; readonly contextObj?: Names } & Names
  readonly key?: number
}

/** A custom widget on a page. */
export interface AppsmithWidget {
  readonly frame: HTMLIFrameElement
  readonly faults: WidgetFaults
  /** Every message that came, oldest first. */
  readonly messages: readonly WidgetMessage[]
  /** Events that were not run: not declared, or in the builder. */
  readonly dropped: readonly string[]
  readonly model: Names
  /** Sends any model, for instance one that is out of date. */
  sendModel(model: Names): void
  setTheme(theme: Record<string, string>): void
  setSize(size: { width: number; height?: number }): void
  /** Loads the frame anew, as an edit of its source does: all memory of it is gone. */
  reload(panes?: Partial<WidgetPanes>): void
  remove(): void
}

/** The theme of a new Appsmith app. */
export const defaultTheme = {
  primaryColor: '#553DE9',
  backgroundColor: '#FFFFFF',
  borderRadius: '0.375rem',
  boxShadow: 'none',
}

/** What a widget needs of its page. */
export interface WidgetPlace {
  container: HTMLElement
  /** What bindings can name, at this moment. */
  names: () => Names
  /** Calls back when a binding may have changed. */
  subscribe: (listener: () => void) => () => void
}

/** Puts a custom widget on a page and plays Appsmith's side of the protocol. */
export function createAppsmithWidget(settings: WidgetSettings, place: WidgetPlace): AppsmithWidget {
  const { defaultModel = '{}', events = {}, mode = 'DEPLOYED', sandbox = 'on', layout = 'classic' } = settings
  let panes: WidgetPanes = settings
  let theme: Record<string, string> = settings.theme ?? defaultTheme
  let ready = false
  let loads = 0
  const messages: WidgetMessage[] = []
  const dropped: string[] = []
  const faults: WidgetFaults = { echoDelay: () => 0, acknowledge: () => 0, readyAnswers: 1 }
  const frame = createFrame(panes, sandbox)
  const evaluate = () => evaluateProperty(defaultModel, place.names()) as Names
  let evaluated = JSON.stringify(evaluate())
  let model: Names = JSON.parse(evaluated)

  const post = (message: Names) => frame.contentWindow?.postMessage(message, '*')
  /** What is under way when the frame is loaded anew does not arrive. */
  function postLater(delay: number, message: Names) {
    const load = loads
    if (delay > 0) setTimeout(() => load === loads && post(message), delay)
    else post(message)
  }
  const size = () => ({ width: frame.clientWidth, height: frame.clientHeight })
  const sendModel = (next: Names) => ready && post({ type: 'CUSTOM_WIDGET_MODEL_CHANGE', model: next })
  const echo = () => ready && postLater(faults.echoDelay(), { type: 'CUSTOM_WIDGET_MODEL_CHANGE', model })

  /** A default that evaluates to something new overwrites whatever the widget has made of its model. */
  function reevaluate() {
    const text = JSON.stringify(evaluate())
    if (text === evaluated) return
    evaluated = text
    model = JSON.parse(text)
    if (mode === 'BUILDER') return reload()
    echo()
  }

  function reload(next: Partial<WidgetPanes> = {}) {
    panes = { ...panes, ...next }
    ready = false
    loads++
    // Each text differs, or the frame would not load again.
    frame.srcdoc = `${createSrcdoc(panes)}<!-- ${loads} -->`
  }

  const handlers: Record<string, (message: WidgetMessage) => void> = {
    CUSTOM_WIDGET_READY() {
      ready = true
      const answer = { type: 'CUSTOM_WIDGET_READY_ACK', model, mode }
      const whole = layout === 'classic' ? { ...answer, ui: size(), theme } : answer
      for (let turn = 0; turn < faults.readyAnswers; turn++) post(whole)
    },
    CUSTOM_WIDGET_UPDATE_MODEL({ data }) {
      model = { ...model, ...data }
      echo()
    },
    CUSTOM_WIDGET_UPDATE_HEIGHT() {},
    CUSTOM_WIDGET_TRIGGER_EVENT({ data: { eventName = '', contextObj = {} } = {} }) {
      const binding = events[eventName]
      if (binding === undefined || mode === 'BUILDER') dropped.push(eventName)
      else runBinding(binding, contextObj, place.names())
    },
  }

  function receive({ source, data }: MessageEvent) {
    if (source !== frame.contentWindow || !data?.type) return
    messages.push(data)
    const delay = faults.acknowledge(data.type)
    if (delay !== 'never')
      postLater(delay, { type: 'CUSTOM_WIDGET_MESSAGE_RECEIVED_ACK', key: data.key, success: true })
    handlers[data.type]?.(data)
  }

  window.addEventListener('message', receive)
  const unsubscribe = place.subscribe(reevaluate)
  const resized = new ResizeObserver(() => ready && post({ type: 'CUSTOM_WIDGET_UI_CHANGE', ui: size() }))
  resized.observe(frame)
  place.container.append(frame)

  return {
    frame,
    faults,
    messages,
    dropped,
    get model() {
      return model
    },
    sendModel,
    setTheme(next) {
      theme = next
      if (ready) post({ type: 'CUSTOM_WIDGET_THEME_UPDATE', theme })
    },
    setSize({ width, height }) {
      frame.style.width = `${width}px`
      if (height !== undefined) frame.style.height = `${height}px`
    },
    reload,
    remove() {
      window.removeEventListener('message', receive)
      unsubscribe()
      resized.disconnect()
      frame.remove()
    },
  }
}
