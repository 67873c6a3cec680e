declare module 'virtual:appsmith-panes' {
  import type { WidgetPanes } from 'authed/testing'

  export const account: WidgetPanes
  export const table: WidgetPanes
  /** The text of the library that the JS Object needs. */
  export const library: string
}
