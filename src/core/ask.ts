import type { EndpointContext } from './endpoints/endpoint.ts'
import { AuthError } from './errors.ts'
import type { Settings } from './settings.ts'
import type { MaybePromise } from './storage/storage.ts'
import type { TokenResponse } from './tokens.ts'
import { within } from './within.ts'

/**
 * Asks the token endpoint for one of its calls, with credentials or a refresh token, within the time limit.
 *
 * @throws `configuration` {@link AuthError} where the endpoint has no such call.
 */
export function ask(
  { endpoint, clock, timeLimit, fetch }: Settings,
  call: 'signIn' | 'refresh' | 'revoke',
  secret: unknown,
  outer?: AbortSignal,
): Promise<TokenResponse> {
  return within(
    clock,
    timeLimit,
    (signal) => {
      const make = endpoint[call] as (secret: unknown, context: EndpointContext) => MaybePromise<TokenResponse>
      if (make) return make.call(endpoint, secret, { signal, fetch })
      const message = `The token endpoint has no \`${call}\`. Give it one, or hand over tokens by \`setTokens\`.`
      throw new AuthError('configuration', message)
    },
    outer,
  )
}
