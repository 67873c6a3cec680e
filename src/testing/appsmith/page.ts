import type { Names } from './binding.ts'
import { createJsObject, type JsObject, type JsObjectSettings } from './jsObject.ts'
import { type AppsmithStore, type AppsmithStoreSettings, createAppsmithStore } from './store.ts'
import { type AppsmithWidget, createAppsmithWidget, type WidgetSettings } from './widget.ts'

/** An Appsmith page: a store, JS Objects and custom widgets. */
export interface AppsmithPage {
  readonly store: AppsmithStore
  /** Adds what bindings can name: `showAlert`, `navigateTo`, a widget. */
  define(name: string, entity: unknown): void
  /** Adds a JS Object; bindings call its functions by its name. */
  addJsObject(name: string, settings: Omit<JsObjectSettings, 'store'>): Promise<JsObject>
  addWidget(container: HTMLElement, settings: WidgetSettings): AppsmithWidget
  /** Bindings that threw, or whose promise was rejected. */
  readonly errors: readonly string[]
}

/**
 * Makes an Appsmith page in the document at hand, faithful to its protocol: for tests of custom widgets and JS Objects,
 * and for looking at them without Appsmith.
 *
 * @example
 * ```ts
 * const page = createAppsmithPage({ appId: 'demo' })
 * const widget = page.addWidget(document.body, {
 *   html: '<p id="name"></p>',
 *   js: 'appsmith.onReady(() => { document.getElementById("name").textContent = appsmith.model.name })',
 *   css: '',
 *   defaultModel: '{{ { name: appsmith.store.name } }}',
 * })
 * page.store.storeValue('name', 'Ada')
 * widget.reload()
 * ```
 */
export function createAppsmithPage(settings: AppsmithStoreSettings): AppsmithPage {
  const store = createAppsmithStore(settings)
  const entities: Names = {}
  const errors: string[] = []
  const names = (): Names => ({ appsmith: { store: store.values }, storeValue: store.storeValue, ...entities })
  return {
    store,
    errors,
    define(name, entity) {
      entities[name] = entity
    },
    async addJsObject(name, objectSettings) {
      const object = await createJsObject({ ...objectSettings, store })
      const call =
        (functionName: string) =>
        // A binding does not wait for what it starts; Appsmith shows the error to the person.
        (...input: unknown[]) =>
          void object.run(functionName, ...input).catch((error) => errors.push(`${name}.${functionName}: ${error}`))
      entities[name] = Object.fromEntries(object.functions.map((each) => [each, call(each)]))
      return object
    },
    addWidget: (container, widgetSettings) =>
      createAppsmithWidget(widgetSettings, { container, names, subscribe: (listener) => store.subscribe(listener) }),
  }
}
