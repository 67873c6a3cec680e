type Values = Record<string, unknown>
type Listener = (value: Values, previous?: Values) => void

/** Appsmith's object without a frame around it, for tests of what talks to it. */
export interface FakeAppsmithHost {
  mode: '' | 'EDITOR' | 'BUILDER' | 'DEPLOYED'
  model: Values
  ui: Values
  theme: Values
  onReady(listener: () => void): void
  onModelChange(listener: Listener): () => void
  onUiChange(listener: Listener): () => void
  onThemeChange(listener: Listener): () => void
  updateModel(part: Values): void
  triggerEvent(name: string, context?: Values): void
}

/** A page behind a {@link FakeAppsmithHost}: says when it answers, and with what. */
export interface FakeAppsmithPage {
  readonly host: FakeAppsmithHost
  /** Every event that came, oldest first. */
  readonly events: readonly { name: string; context?: Values }[]
  /** Answers the handshake: no listener is called, as with Appsmith. `broken`: `onReady` is not called either. */
  answer(model: Values, options?: { mode?: FakeAppsmithHost['mode']; handshake?: 'whole' | 'broken' }): void
  /** Brings another model. */
  change(model: Values): void
  /** Runs when an event comes. */
  handle(handler: (name: string, context: Values) => void): void
}

/** Makes one that has not answered yet. */
export function createFakeAppsmith(): FakeAppsmithPage {
  const listeners: Listener[] = []
  const events: { name: string; context?: Values }[] = []
  let onReady: (() => void) | undefined
  let handler: (name: string, context: Values) => void = () => {}
  const silent = (listener: Listener) => {
    listener({})
    return () => {}
  }
  const host: FakeAppsmithHost = {
    mode: '',
    model: {},
    ui: {},
    theme: {},
    onReady(listener) {
      if (host.mode) return listener()
      onReady = listener
    },
    onModelChange(listener) {
      listeners.push(listener)
      listener(host.model)
      return () => void listeners.splice(listeners.indexOf(listener), 1)
    },
    onUiChange: silent,
    onThemeChange: silent,
    updateModel(part) {
      host.model = { ...host.model, ...part }
    },
    triggerEvent(name, context) {
      events.push({ name, context: context && structuredClone(context) })
      handler(name, context ?? {})
    },
  }
  return {
    host,
    events,
    answer(model, { mode = 'DEPLOYED', handshake = 'whole' } = {}) {
      host.model = model
      host.mode = mode
      if (handshake === 'whole') onReady?.()
    },
    change(model) {
      const previous = host.model
      host.model = model
      for (const listener of [...listeners]) listener(model, previous)
    },
    handle(next) {
      handler = next
    },
  }
}
