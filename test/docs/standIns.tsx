/** Stands in for packages that examples import and that are not installed here: React Native and what goes with it. */
import type { ReactNode } from 'react'

/** `AppState` of `react-native`. */
export const AppState = {
  currentState: 'active' as string | null,
  addEventListener: (_type: 'change', _listener: (state: string) => void) => ({ remove: () => {} }),
}

/** `View` of `react-native`. */
export const View = ({ children }: { children?: ReactNode }) => <div>{children}</div>

/** `Text` of `react-native`. */
export const Text = ({ children }: { children?: ReactNode }) => <span>{children}</span>

/** `Button` of `react-native`. */
export const Button = ({ title, onPress }: { title: string; onPress: () => void }) => (
  <button type="button" onClick={onPress}>
    {title}
  </button>
)

const values = new Map<string, string>()

/** `@react-native-async-storage/async-storage`. */
const AsyncStorage = {
  getItem: async (key: string) => values.get(key) ?? null,
  setItem: async (key: string, value: string) => void values.set(key, value),
  removeItem: async (key: string) => void values.delete(key),
}

/** `@react-native-community/netinfo`. */
export const addEventListener =
  (_listener: (state: { isConnected: boolean | null }) => void): (() => void) =>
  () => {}

export default AsyncStorage
