// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react'
import { type AppsmithBridge, createAppsmithBridge, useAppsmithModel } from 'authed/appsmith'
import { createFakeAppsmith } from 'authed/testing'
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it } from 'vitest'

let renders = 0
const titleOf = (model: Record<string, unknown>) => ({ title: model.title ?? 'none' })
const Title = ({ bridge }: { bridge: AppsmithBridge }) => {
  const { title } = useAppsmithModel(bridge, titleOf)
  renders++
  return <h1>{String(title)}</h1>
}

function setUp() {
  const page = createFakeAppsmith()
  return { page, bridge: createAppsmithBridge({ findHost: () => page.host }) }
}

describe('useAppsmithModel', () => {
  afterEach(cleanup)

  it('shows what the model says, and follows it', () => {
    const { page, bridge } = setUp()
    page.answer({ title: 'Orders' })
    render(<Title bridge={bridge} />, { wrapper: StrictMode })
    expect(screen.getByRole('heading').textContent).toBe('Orders')
    act(() => page.change({ title: 'Invoices' }))
    expect(screen.getByRole('heading').textContent).toBe('Invoices')
  })

  it('does not render again for what it does not read', () => {
    const { page, bridge } = setUp()
    page.answer({ title: 'Orders' })
    render(<Title bridge={bridge} />)
    const before = renders
    act(() => page.change({ title: 'Orders', auth: { revision: 2 } }))
    expect(renders).toBe(before)
  })

  it('renders on a server as for a page that has said nothing', () => {
    const { page, bridge } = setUp()
    page.answer({ title: 'Orders' })
    expect(renderToString(<Title bridge={bridge} />)).toBe('<h1>none</h1>')
  })
})
