export {
  type AuthedInfiniteQueryOptions,
  authedInfiniteQueryOptions,
  type PageStep,
} from './authedInfiniteQueryOptions.ts'
export { type AuthedQueryOptions, authedQueryOptions, type DefinedAuthedQueryOptions } from './authedQueryOptions.ts'
export { exceptAuthErrors, type QueryRetry } from './exceptAuthErrors.ts'
export {
  type AuthedSuspenseQueryOptions,
  useAuthedInfiniteQuery,
  useAuthedQuery,
  useAuthedSuspenseQuery,
} from './hooks.ts'
export { HttpError, type HttpFailure, type Schema, SchemaError, type SchemaIssue, type SchemaResult } from './schema.ts'
export type { FunctionSource, UrlSource, WithAuthFetch } from './source.ts'
export { type AuthedMutationOptions, useAuthedMutation } from './useAuthedMutation.ts'
export type { OwnedKey, Owner } from './userData.ts'
