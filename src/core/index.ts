export type { AuthFetch } from './authFetch.ts'
export { broadcastChannel, type Channel, type ChannelMessage } from './channel.ts'
export { type AuthClient, createAuthClient, type GetAccessTokenOptions } from './client.ts'
export { type Clock, systemClock } from './clock.ts'
export { type BaserowCredentials, baserow } from './endpoints/baserow.ts'
export type { EndpointContext, TokenEndpoint } from './endpoints/endpoint.ts'
export { type JsonTokenEndpointOptions, jsonTokenEndpoint, type TokenFields } from './endpoints/json.ts'
export { type OAuth2Grant, type OAuth2Options, oauth2 } from './endpoints/oauth2.ts'
export { type SimpleJwtOptions, simpleJwt } from './endpoints/simpleJwt.ts'
export { AuthError, type AuthErrorCode, type AuthErrorDetails, isAuthError } from './errors.ts'
export type { AuthStatus, EndReason, RefreshStatus } from './facts.ts'
export type { Inspection } from './inspection.ts'
export { type Lock, type LockOptions, tabLock } from './lock.ts'
export type { AuthClientOptions, Retry } from './options.ts'
export { type AuthState, isShallowEqual, pendingState } from './state.ts'
export { indexedDbStorage } from './storage/indexedDb.ts'
export { fencedLocalStorage } from './storage/localStorage.ts'
export { memoryStorage } from './storage/memory.ts'
export type { MaybePromise, TokenStorage } from './storage/storage.ts'
export { type KeyValueStore, webStorage } from './storage/web.ts'
export type { TimelineEntry, TimelineType } from './timeline.ts'
export {
  type Claims,
  readClaims,
  readSession,
  type Session,
  type ThresholdOptions,
  type TokenResponse,
  writeSession,
} from './tokens.ts'
export { browserWake, type Wake, type WakeFact } from './wake.ts'
