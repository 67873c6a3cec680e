export type { User } from './authority.ts'
export { createFakeClock, type FakeClock, settle } from './fakeClock.ts'
export type { Fault, RequestKind } from './faults.ts'
export type { Row } from './rows.ts'
export { createTabs, type Tab, type TabPorts, type Tabs } from './tabs.ts'
export {
  createTokenServer,
  defaultUsers,
  type LoggedRequest,
  type TokenServer,
  type TokenServerCounts,
  type TokenServerOptions,
} from './tokenServer.ts'
