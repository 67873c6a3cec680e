import { clientScript } from './clientScript.ts'

/** The sandbox of a custom widget's frame: an opaque origin, without storage, cookies, locks or a way up. */
export const appsmithSandbox: string =
  'allow-forms allow-modals allow-orientation-lock allow-pointer-lock allow-popups allow-scripts'

/** A custom widget's three panes, compiled: no JSX, no SCSS. */
export interface WidgetPanes {
  html: string
  js: string
  css: string
}

const reset = '*{box-sizing:border-box}body{margin:0;font-family:sans-serif}'

/**
 * The document of a custom widget, its parts in Appsmith's order.
 *
 * @throws `Error` for a js pane with a raw end tag of a script, which would end there.
 */
export function createSrcdoc({ html, js, css }: WidgetPanes): string {
  if (/<\/script/i.test(js)) {
    throw new Error('The js pane holds an end tag of a script element. Write `<\\/script` inside strings.')
  }
  return [
    `<html><head><style>${reset}</style></head><body>`,
    '<script type="text/javascript"></script>',
    `<script type="module">${clientScript}</script>`,
    html,
    `<script type="module">${js}</script>`,
    `<style>${css}</style>`,
    '</body></html>',
  ].join('\n')
}

/** Makes a frame as Appsmith does; with the sandbox switched off by the administrator the attribute is left out. */
export function createFrame(panes: WidgetPanes, sandbox: 'on' | 'off'): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  frame.setAttribute('loading', 'lazy')
  if (sandbox === 'on') frame.setAttribute('sandbox', appsmithSandbox)
  frame.style.cssText = 'width:100%;height:100%;border:0'
  frame.srcdoc = createSrcdoc(panes)
  return frame
}
