/**
 * What Appsmith runs inside a custom widget before the widget's own code, written from its contract with its traps: one
 * slot for `onReady`, subscribers called at registration but not at READY_ACK, a queue that waits for each
 * acknowledgement for ever and dies of what cannot be cloned, top-level texts of the model written into a style element.
 */
function installAppsmith() {
  type Values = Record<string, unknown>
  type Listener = (value: Values, previous?: Values) => void
  const queue: { type: string; data: unknown; key: number }[] = []
  const acknowledgements = new Map<number, () => void>()
  const listeners = { model: [] as Listener[], ui: [] as Listener[], theme: [] as Listener[] }
  let state: 'waiting' | 'ready' = 'waiting'
  let onReady: (() => void) | undefined
  let sending = false

  async function pump() {
    if (sending) return
    sending = true
    for (let message = queue.shift(); message; message = queue.shift()) {
      const { key } = message
      const acknowledged = new Promise<void>((resolve) => acknowledgements.set(key, resolve))
      // What cannot be cloned throws here, and nobody is left to send the rest.
      window.parent.postMessage(message, '*')
      await acknowledged
    }
    sending = false
  }
  function send(type: string, data?: unknown) {
    queue.push({ type, data, key: Math.random() })
    void pump()
  }

  function subscriber(name: 'model' | 'ui' | 'theme') {
    return (listener: Listener) => {
      if (typeof listener !== 'function') throw new Error('A listener must be a function.')
      const list = listeners[name]
      list.push(listener)
      listener(appsmith[name])
      return () => {
        const place = list.indexOf(listener)
        if (place >= 0) list.splice(place, 1)
      }
    }
  }
  function change(name: 'model' | 'ui' | 'theme', value: Values) {
    const previous = appsmith[name]
    appsmith[name] = value
    const list = listeners[name]
    for (let place = 0; place < list.length; place++) list[place]?.(value, previous)
  }

  const appsmith = {
    mode: '',
    model: {} as Values,
    ui: {} as Values,
    theme: {} as Values,
    onReady(listener: () => void) {
      if (typeof listener !== 'function') throw new Error('onReady takes a function.')
      if (state === 'ready') return void listener()
      onReady = listener
    },
    onModelChange: subscriber('model'),
    onUiChange: subscriber('ui'),
    onThemeChange: subscriber('theme'),
    updateModel(part: Values) {
      if (!part || typeof part !== 'object') throw new Error('updateModel takes an object.')
      appsmith.model = { ...appsmith.model, ...part }
      send('CUSTOM_WIDGET_UPDATE_MODEL', part)
    },
    triggerEvent(eventName: string, contextObj?: Values) {
      if (typeof eventName !== 'string') throw new Error('triggerEvent takes the name of an event.')
      if (contextObj && typeof contextObj !== 'object') throw new Error('The context of an event is an object.')
      send('CUSTOM_WIDGET_TRIGGER_EVENT', { eventName, contextObj })
    },
  }

  /** Top-level texts and numbers become variables of a style element, and so part of the document. */
  function writeVariables(source: 'model' | 'ui' | 'theme') {
    const write = (values: Values) => {
      const id = `appsmith-${source}-css-tokens`
      const style = document.getElementById(id) ?? document.head.appendChild(document.createElement('style'))
      style.id = id
      const lines = Object.entries(values)
        .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
        .map(([name, value]) => `--appsmith-${source}-${name}: ${value};`)
      style.textContent = `:root{${lines.join('')}}`
    }
    write(appsmith[source])
    listeners[source].push(write)
  }

  const handlers: Record<string, (message: Values) => void> = {
    CUSTOM_WIDGET_MESSAGE_RECEIVED_ACK: ({ key }) => acknowledgements.get(key as number)?.(),
    CUSTOM_WIDGET_READY_ACK(message) {
      Object.assign(appsmith, { model: message.model, ui: message.ui, mode: message.mode, theme: message.theme })
      for (const source of ['model', 'ui', 'theme'] as const) writeVariables(source)
      if (state === 'ready') return
      state = 'ready'
      onReady?.()
      new ResizeObserver(() => {
        send('CUSTOM_WIDGET_UPDATE_HEIGHT', { height: document.body.clientHeight })
      }).observe(document.body)
    },
    CUSTOM_WIDGET_MODEL_CHANGE: ({ model }) => model && change('model', model as Values),
    CUSTOM_WIDGET_UI_CHANGE: ({ ui }) => change('ui', ui as Values),
    CUSTOM_WIDGET_THEME_UPDATE: ({ theme }) => change('theme', theme as Values),
  }
  window.addEventListener('message', (event) => {
    if (event.source === window.parent) handlers[event.data?.type]?.(event.data)
  })
  window.addEventListener('load', () => send('CUSTOM_WIDGET_READY'))
  Object.defineProperty(window, 'appsmith', { value: appsmith, writable: false, configurable: false })
}

/** The text of that script, as it stands in the frame's first module. */
export const clientScript = `const main = ${installAppsmith}\nmain();`
