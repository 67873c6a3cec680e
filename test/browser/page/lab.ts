import type { AuthClient, Inspection } from 'authed/core'
import type { Attachments } from './attachments.ts'

/** What the page learns of its surroundings when it loads. */
export interface Surroundings {
  /** Origin of the token API. */
  api: string
  /** How far the tests have moved all clocks, in milliseconds. */
  offset: number
}

/** What came of asking the API for rows. */
export interface RowsAnswer {
  status: number
  /** Whose rows they are. */
  owner?: string
  /** The revision of the token at hand afterwards. */
  revision?: number
  userId?: string
  /** Why there was no answer. */
  failure?: string
}

/** One wake of all tabs, as the conductor orders it. */
export interface WakeOrder {
  tabs: number
  /** The new offset of all clocks, in milliseconds. */
  offset: number
  /** Pause between one tab and the next, in milliseconds; 0: all together. */
  stagger: number
}

/** What tests do in the page: it hangs on `window.lab`. */
export interface Lab {
  readonly client: AuthClient<{ email: string; password: string }>
  /** Makes another client of the same session. */
  openClient(): Lab['client']
  /** Shows the page's app; returns what takes it away. */
  render(): () => void
  attachments(): Attachments
  signIn(name: 'ada' | 'grace'): Promise<void>
  /** Fetches rows with the header attached. Never rejects. */
  rows(): Promise<RowsAnswer>
  /** Fetches any path or URL with the header attached. */
  get(target: string): Promise<{ status: number; url: string }>
  /** The text that the page's table shows. */
  shown(): string
  inspect(): Inspection
  /** The laptop is closed: no timer fires until {@link Lab.wake}, and the clocks are somewhere else by then. */
  sleep(offset: number): void
  wake(): void
  /** Lets all other tabs sleep, wake and fetch rows, and collects what each got. */
  conduct(order: WakeOrder): Promise<RowsAnswer[]>
  /** Goes through a whole life in a frame whose origin is opaque, and tells of it. */
  liveInSandbox(): Promise<SandboxReport>
  /** How often the page came back out of the back-forward cache. */
  readonly returns: number
  readonly secure: boolean
}

/** What a sandboxed frame has to tell. */
export interface SandboxReport {
  origin: string
  forbidden: string[]
  answers: RowsAnswer[]
  inspection?: Inspection
  failure?: string
}

declare global {
  interface Window {
    labReady: Promise<Lab>
  }
}
