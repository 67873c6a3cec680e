// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ada, createWorld, listenToReact, pageOf, renderers } from './streamingScreens.tsx'

/** What a person reads in streamed markup, in the order in which it was sent. */
const wordsOf = (html: string) => html.replaceAll(/<(script|template)[\s\S]*?<\/\1>|<[^>]*>/g, '')

let react: ReturnType<typeof listenToReact>

beforeEach(() => {
  react = listenToReact()
})
afterEach(() => {
  react.stop()
  expect(react.complaints).toEqual([])
})

describe.each(Object.entries(renderers))('%s on a server', (_, render) => {
  it('runs where there is no document', () => {
    expect(typeof document).toBe('undefined')
    expect(typeof window).toBe('undefined')
  })

  it('sends the pending screen, whoever is signed in there', async () => {
    const { newClient } = createWorld()
    const client = newClient()
    await client.signIn(ada)
    const { html, errors } = await render(pageOf(client, 'the gates'))
    expect(wordsOf(html)).toBe('pending')
    expect(errors).toEqual([])
  })

  it('sends the shell first, and the gates as pending when they come later', async () => {
    const { newClient } = createWorld()
    const { pieces, errors } = await render(pageOf(newClient(), 'gates that come later'))
    expect(wordsOf(pieces[0] ?? '')).toBe('shell')
    expect(wordsOf(pieces.slice(1).join(''))).toBe('pending')
    expect(errors).toEqual([])
  })

  it.each(['useAuthedQuery', 'useAuthedQuery that comes later'] as const)(
    'sends the loading screen of %s and asks for nothing',
    async (name) => {
      const { server, newClient } = createWorld()
      const client = newClient()
      await client.signIn(ada)
      const before = server.log.length
      const { html, errors } = await render(pageOf(client, name))
      expect(wordsOf(html)).toMatch(/loading the rows$/)
      expect(server.log.slice(before)).toEqual([])
      expect(errors).toEqual([])
    },
  )

  it('sends nothing of useAuthedSuspenseQuery below SignedIn, and asks for nothing', async () => {
    const { server, newClient } = createWorld()
    const client = newClient()
    await client.signIn(ada)
    const before = server.log.length
    const { html, errors } = await render(pageOf(client, 'useAuthedSuspenseQuery below SignedIn'))
    expect(wordsOf(html)).toBe('')
    expect(server.log.slice(before)).toEqual([])
    expect(errors).toEqual([])
  })

  it('streams the rows of useAuthedSuspenseQuery where the client of the request is signed in, and no token', async () => {
    const { server, newClient } = createWorld()
    const client = newClient()
    await client.signIn(ada)
    const { html, errors } = await render(pageOf(client, 'useAuthedSuspenseQuery without a gate'))
    expect(wordsOf(html)).toMatch(/rows of Ada Lovelace$/)
    expect(html).not.toContain(await client.getAccessToken())
    expect(server.counts.resources).toBe(1)
    expect(errors).toEqual([])
  })

  it('leaves useAuthedSuspenseQuery to the browser where nobody is signed in', async () => {
    const { server, newClient } = createWorld()
    const { html, errors } = await render(pageOf(newClient(), 'useAuthedSuspenseQuery without a gate'))
    expect(wordsOf(html)).toBe('shell')
    expect(errors).toEqual([expect.objectContaining({ code: 'signed_out' })])
    expect(server.counts.resources).toBe(0)
  })

  it('keeps two requests apart', async () => {
    const { newClient } = createWorld()
    const [one, other] = [newClient(), newClient()]
    await one.signIn(ada)
    await other.signIn({ email: 'grace@example.com', password: 'hopper' })
    const pages = await Promise.all(
      [one, other].map((client) => render(pageOf(client, 'useAuthedSuspenseQuery without a gate'))),
    )
    const [first = '', second = ''] = pages.map(({ html }) => html)
    expect(first).toContain('Ada Lovelace')
    expect(first).not.toContain('Grace Hopper')
    expect(second).toContain('Grace Hopper')
    expect(second).not.toContain('Ada Lovelace')
  })
})
