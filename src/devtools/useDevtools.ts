import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { AuthClient } from '../core/index.ts'
import type { Faults } from './faults/createFaults.ts'
import { createRecorder, type Recorder } from './record/recorder.ts'
import { createPresence, type Presence } from './tabs/presence.ts'

/** What every part of the panel works with. */
export interface Devtools {
  readonly client: AuthClient
  readonly recorder: Recorder
  readonly presence: Presence
  readonly faults?: Faults
  /** Claims whose values are not shown. */
  readonly redact: readonly string[]
}

const none: readonly string[] = []

/** Follows `client` for as long as the component is on screen. */
export function useDevtools(client: AuthClient, faults?: Faults, redact = none): Devtools {
  const recorder = useMemo(() => createRecorder(client), [client])
  const presence = useMemo(() => createPresence(client), [client])
  useEffect(() => recorder.start(), [recorder])
  useEffect(() => presence.start(), [presence])
  return useMemo(() => ({ client, recorder, presence, faults, redact }), [client, recorder, presence, faults, redact])
}

const nothing = () => () => {}

/** What the client tells of itself, looked up again whenever something happened. */
export function useInspection({ client }: Devtools) {
  useSyncExternalStore(client.subscribe, client.getState, client.getState)
  return client.inspect()
}

/** What is on record. */
export const useRecord = ({ recorder }: Devtools) =>
  useSyncExternalStore(recorder.subscribe, recorder.getEntries, recorder.getEntries)

/** The tabs that take part. */
export const useTabs = ({ presence }: Devtools) =>
  useSyncExternalStore(presence.subscribe, presence.getTabs, presence.getTabs)

/** The faults that are on; `undefined` where the client has none to switch. */
export function useFaults({ faults }: Devtools) {
  const read = () => faults?.getState()
  return useSyncExternalStore(faults?.subscribe ?? nothing, read, read)
}
