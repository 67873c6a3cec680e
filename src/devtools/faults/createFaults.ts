import {
  type AuthClientOptions,
  browserWake,
  type Clock,
  type EndpointContext,
  systemClock,
  type TokenEndpoint,
  type WakeFact,
} from '../../core/index.ts'
import { type EndpointFault, faultyFetch } from './answers.ts'

/** What is going wrong on purpose. */
export interface FaultState {
  /** What the token endpoint does to refreshes and sign-ins. */
  readonly endpoint: EndpointFault
  /** Whether the client believes that the network is away; all its requests fail. */
  readonly isOffline: boolean
  /** How far this device's clock is set wrong, in milliseconds. */
  readonly skew: number
}

/** Faults to practise with: the panel's switches, and what they act on. */
export interface Faults {
  getState(): FaultState
  /** Calls `listener` after each change. Returns what ends that. */
  subscribe(listener: () => void): () => void
  /** Brings faults about or ends them; what is left out stays as it is. */
  set(change: Partial<FaultState>): void
  /** The same options, for a client that suffers from these faults. Wrap them once, in development only. */
  wrap<Credentials>(options: AuthClientOptions<Credentials>): AuthClientOptions<Credentials>
}

const nothing: FaultState = { endpoint: 'none', isOffline: false, skew: 0 }

/**
 * Makes faults that the panel can switch on and off.
 *
 * @example
 * ```ts
 * const faults = createFaults()
 * const client = createAuthClient(faults.wrap({ endpoint: baserow('https://api.baserow.io') }))
 * ```
 */
export function createFaults(): Faults {
  let state = nothing
  const listeners = new Set<() => void>()
  const networkListeners = new Set<(fact: WakeFact) => void>()

  function set(change: Partial<FaultState>) {
    const { isOffline } = state
    state = { ...state, ...change }
    for (const listener of [...listeners]) listener()
    if (isOffline === state.isOffline) return
    for (const listener of [...networkListeners]) listener(state.isOffline ? 'offline' : 'online')
  }

  function wrap<Credentials>(options: AuthClientOptions<Credentials>): AuthClientOptions<Credentials> {
    const { endpoint, clock = systemClock, wake = browserWake, fetch } = options
    const online: typeof globalThis.fetch = async (input, init) => {
      if (state.isOffline) throw new TypeError('The network is away: simulated by the devtools.')
      return (fetch ?? globalThis.fetch)(input, init)
    }
    return {
      ...options,
      endpoint: faultyEndpoint(endpoint, clock, () => state.endpoint),
      fetch: online,
      clock: {
        now: () => clock.now() + state.skew,
        setTimeout: (callback, delay) => clock.setTimeout(callback, delay),
        clearTimeout: (timer) => clock.clearTimeout(timer),
      },
      wake: {
        isVisible: () => wake.isVisible(),
        isOnline: () => !state.isOffline && wake.isOnline(),
        subscribe(listener) {
          // While the network is said to be away nobody hears that it came.
          const detach = wake.subscribe((fact) => (fact === 'online' && state.isOffline ? undefined : listener(fact)))
          networkListeners.add(listener)
          return () => {
            detach()
            networkListeners.delete(listener)
          }
        },
      },
    }
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    set,
    wrap,
  }
}

/** The endpoint, with its refreshes and sign-ins exposed to `fault`. */
function faultyEndpoint<Credentials>(
  endpoint: TokenEndpoint<Credentials>,
  clock: Clock,
  fault: () => EndpointFault,
): TokenEndpoint<Credentials> {
  const through = (context: EndpointContext, hit: () => EndpointFault) => ({
    ...context,
    fetch: faultyFetch(context.fetch, clock, hit),
  })
  // Who signs in has no refresh token that could be refused.
  const atSignIn = () => (fault() === 'rejected' ? 'none' : fault())
  const { signIn, refresh } = endpoint
  return Object.assign(Object.create(endpoint) as TokenEndpoint<Credentials>, {
    signIn:
      signIn &&
      ((typed: Credentials, context: EndpointContext) => signIn.call(endpoint, typed, through(context, atSignIn))),
    refresh:
      refresh &&
      ((token: string | undefined, context: EndpointContext) => refresh.call(endpoint, token, through(context, fault))),
  })
}
