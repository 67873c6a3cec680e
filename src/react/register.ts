/**
 * What the app tells the types of this package once, for all its hooks; add to it where the client is made.
 *
 * @example
 * ```ts
 * declare module 'authed' {
 *   interface Register {
 *     credentials: BaserowCredentials
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: its members come from the app
interface Register {}

/** What `signIn` takes: the `credentials` of {@link Register}; `unknown` where the app has not said. */
export type RegisteredCredentials = Register extends { credentials: infer Credentials } ? Credentials : unknown

export type { Register }
