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
export type { AuthorityOptions, User } from './authority.ts'
export { isDropped } from './connection.ts'
export { createFakeClock, type FakeClock, settle } from './fakeClock.ts'
export type { Fault, RequestKind } from './faults.ts'
export { defaultUsers, type ServerOptions, type TokenServerOptions } from './options.ts'
export type { LoggedRequest, TokenServerCounts } from './requestLog.ts'
export type { Row } from './rows.ts'
export { createTabs, type Tab, type TabPorts, type Tabs } from './tabs.ts'
export { createTokenServer, type TokenServer } from './tokenServer.ts'
