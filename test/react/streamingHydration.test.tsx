import { environmentManager } from '@tanstack/react-query'
import { act, waitFor } from '@testing-library/react'
import { memoryStorage } from 'authed/core'
import type { ReactNode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ada, createWorld, listenToReact, pageOf, renderers, type ScreenName } from './streamingScreens.tsx'

/** Renders as on a server: the queries are told so, and React's renderers ask nobody. */
async function renderOnServer<T>(render: () => Promise<T>): Promise<T> {
  environmentManager.setIsServer(() => true)
  try {
    return await render()
  } finally {
    environmentManager.setIsServer(() => false)
  }
}

/** Puts streamed markup into the page, and lets its scripts put the late pieces into their places. */
function receive(html: string): HTMLElement {
  const container = document.createElement('div')
  container.innerHTML = html
  document.body.append(container)
  for (const script of [...container.querySelectorAll('script')]) {
    const running = document.createElement('script')
    running.textContent = script.textContent
    script.replaceWith(running)
  }
  return container
}

let react: ReturnType<typeof listenToReact>

beforeEach(() => {
  react = listenToReact()
})
afterEach(() => {
  react.stop()
  document.body.innerHTML = ''
})

/** Takes over what has been received; what React has to say about it is heard. */
function hydrate(container: HTMLElement, page: ReactNode): Promise<void> {
  return act(async () => {
    const root = hydrateRoot(container, page, { onRecoverableError: (error) => void react.complaints.push(error) })
    onTestFinished(() => act(async () => root.unmount()))
  })
}

const outcomes: [ScreenName, string][] = [
  ['the gates', 'signed in'],
  ['gates that come later', 'signed in'],
  ['useAuthedQuery', 'rows of Ada Lovelace'],
  ['useAuthedQuery that comes later', 'rows of Ada Lovelace'],
  ['useAuthedSuspenseQuery below SignedIn', 'rows of Ada Lovelace'],
  ['useAuthedSuspenseQuery without a gate', 'rows of Ada Lovelace'],
]

describe.each(Object.entries(renderers))('hydration of what %s has sent', (_, render) => {
  it.each(outcomes)('finds %s as it was sent, and goes on to “%s”', async (name, expected) => {
    const { newClient } = createWorld()
    const onServer = newClient()
    await onServer.signIn(ada)
    const { html } = await renderOnServer(() => render(pageOf(onServer, name)))
    const storage = memoryStorage()
    await newClient({ storage }).signIn(ada)
    const container = receive(html)
    await hydrate(container, pageOf(newClient({ storage }), name)())
    await waitFor(() => expect(container.textContent).toContain(expected))
    await waitFor(() => expect(container.textContent).not.toMatch(/shell|loading|pending/))
    expect(react.complaints).toEqual([])
  })
})
