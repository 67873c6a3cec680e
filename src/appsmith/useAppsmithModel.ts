'use client'

import { useMemo, useSyncExternalStore } from 'react'
import { isShallowEqual } from '../core/index.ts'
import { type AppsmithBridge, type AppsmithState, unknownPage } from './bridge.ts'
import type { JsonObject } from './host.ts'

/**
 * A part of what the widget knows of its page: theme, size, mode. The component renders again only when that part
 * changes.
 *
 * @example
 * ```tsx
 * const theme = useAppsmithState(bridge, (state) => state.theme)
 * ```
 */
export function useAppsmithState<Selected>(
  bridge: AppsmithBridge,
  selector: (state: AppsmithState) => Selected,
): Selected {
  const [getSnapshot, getServerSnapshot] = useMemo(() => {
    const select = remember(selector)
    return [() => select(bridge.getState()), () => select(unknownPage)]
  }, [bridge, selector])
  return useSyncExternalStore(bridge.subscribe, getSnapshot, getServerSnapshot)
}

/**
 * A part of the widget's model: what the page's bindings say. The component renders again only when that part changes;
 * a plain object counts as unchanged while its members are.
 *
 * @param selector Give the same function each time: make it outside the component, or with `useCallback`.
 *
 * @example
 * ```tsx
 * const title = useAppsmithModel(bridge, (model) => model.title)
 * ```
 */
export function useAppsmithModel<Selected>(
  bridge: AppsmithBridge,
  selector: (model: JsonObject) => Selected,
): Selected {
  const select = useMemo(() => (state: AppsmithState) => selector(state.model), [selector])
  return useAppsmithState(bridge, select)
}

/** Keeps the last selection for as long as a new one would equal it. */
function remember<Selected>(selector: (state: AppsmithState) => Selected): (state: AppsmithState) => Selected {
  let last: { selected: Selected } | undefined
  return (state) => {
    const selected = selector(state)
    if (!last || !isShallowEqual(last.selected, selected)) last = { selected }
    return last.selected
  }
}
