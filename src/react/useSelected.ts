import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { isShallowEqual } from '../core/index.ts'

/** Something that has a state and tells when it changes. */
export interface Store<State> {
  subscribe(listener: () => void): () => void
  getState(): State
}

/**
 * A part of a store's state. A plain object is the same one for as long as its members are, also where the selector is
 * another function at each render.
 *
 * @param initial What a server and the first render of a page know of the state.
 */
export function useSelected<State, Selected>(
  store: Store<State>,
  selector: (state: State) => Selected,
  initial: State,
): Selected {
  // Written after the commit only: a render that is thrown away must leave nothing behind.
  const shown = useRef<{ selected: Selected }>(undefined)
  const [getSnapshot, getServerSnapshot] = useMemo(() => {
    let last: { state: State; selected: Selected } | undefined
    const select = (state: State) => {
      if (last?.state === state) return last.selected
      const selected = selector(state)
      const former = last ?? shown.current
      last = { state, selected: former && isShallowEqual(former.selected, selected) ? former.selected : selected }
      return last.selected
    }
    return [() => select(store.getState()), () => select(initial)]
  }, [store, selector, initial])
  const selected = useSyncExternalStore(store.subscribe, getSnapshot, getServerSnapshot)
  useEffect(() => {
    shown.current = { selected }
  }, [selected])
  return selected
}
