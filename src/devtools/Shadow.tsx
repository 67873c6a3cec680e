import { type ReactNode, useCallback, useState } from 'react'
import { createPortal } from 'react-dom'
import style from './styles/index.css?inline'

/** How the panel looks, whatever the page around it does. */
export interface Appearance {
  /** Default `system`: as the device prefers. */
  theme?: 'system' | 'light' | 'dark'
  /** For pages whose Content-Security-Policy asks for a nonce on style elements. */
  nonce?: string
}

/** Draws its children in a shadow root, so that no style leaks in or out. On a server it draws nothing. */
export function Shadow({ theme = 'system', nonce, children }: Appearance & { children: ReactNode }): ReactNode {
  const [root, setRoot] = useState<ShadowRoot>()
  const attach = useCallback((host: HTMLElement | null) => {
    if (host) setRoot(host.shadowRoot ?? host.attachShadow({ mode: 'open' }))
  }, [])
  const content = (
    <>
      <style nonce={nonce}>{style}</style>
      <div className="authed" data-theme={theme}>
        {children}
      </div>
    </>
  )
  return (
    <div ref={attach} data-authed-devtools="">
      {root && createPortal(content, root)}
    </div>
  )
}
