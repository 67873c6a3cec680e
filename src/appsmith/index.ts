export { type AppsmithPlatform, type AppsmithStoreOptions, appsmithStore } from './appsmithStore.ts'
export {
  type AppsmithBridge,
  type AppsmithBridgeOptions,
  type AppsmithState,
  createAppsmithBridge,
} from './bridge.ts'
export type { AppsmithHost, AppsmithMode, JsonObject } from './host.ts'
export { type AuthRequest, type HostRefreshesOptions, hostRefreshes } from './hostRefreshes.ts'
export { type PageSession, type PageSessionOptions, pageSession } from './pageSession.ts'
export { type AppsmithQuery, type QueryEndpointOptions, queryEndpoint } from './queryEndpoint.ts'
export { useAppsmithModel, useAppsmithState } from './useAppsmithModel.ts'
export { type WidgetRefreshesOptions, widgetRefreshes } from './widgetRefreshes.ts'
