/** Where a custom widget runs: on the canvas, in the source editor's preview, in the published app; `''` until known. */
export type AppsmithMode = '' | 'EDITOR' | 'BUILDER' | 'DEPLOYED'

/** A JSON object, as it travels between Appsmith and a widget. */
export type JsonObject = Record<string, unknown>

/** What is used of the `appsmith` object that Appsmith gives to a custom widget. */
export interface AppsmithHost {
  readonly mode: AppsmithMode
  readonly model: JsonObject
  readonly ui: JsonObject
  readonly theme: JsonObject
  onModelChange(listener: () => void): unknown
  onUiChange(listener: () => void): unknown
  onThemeChange(listener: () => void): unknown
  triggerEvent(name: string, context?: JsonObject): void
  updateModel(part: JsonObject): void
}

/** The host of this document, known by what it can do: a frame alone proves nothing, and a sandbox may be switched off. */
export function findAppsmithHost(): AppsmithHost | undefined {
  const { appsmith } = globalThis as { appsmith?: Partial<AppsmithHost> }
  const able = typeof appsmith?.onModelChange === 'function' && typeof appsmith.triggerEvent === 'function'
  return able ? (appsmith as AppsmithHost) : undefined
}

/**
 * Whether the host has told what the widget starts with. A broken handshake leaves `onReady` silent for ever but does
 * set the mode; a first change of the model proves as much.
 */
export const isReady = ({ mode, model }: AppsmithHost): boolean => mode !== '' || Object.keys(model ?? {}).length > 0
