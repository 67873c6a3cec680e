export { createFakeAppsmith, type FakeAppsmithHost, type FakeAppsmithPage } from './appsmith/fakeHost.ts'
export { appsmithSandbox, createSrcdoc, type WidgetPanes } from './appsmith/frame.ts'
export type { JsObject, JsObjectSettings, QueryAnswer } from './appsmith/jsObject.ts'
export { type AppsmithPage, createAppsmithPage } from './appsmith/page.ts'
export type { AppsmithStore, AppsmithStoreSettings } from './appsmith/store.ts'
export {
  type AppsmithWidget,
  defaultTheme,
  type WidgetFaults,
  type WidgetMessage,
  type WidgetSettings,
} from './appsmith/widget.ts'
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
