import { createAppsmithBridge } from 'authed/appsmith'
import { createFakeAppsmith } from 'authed/testing'
import { describe, expect, it, vi } from 'vitest'

function setUp() {
  const page = createFakeAppsmith()
  return { page, bridge: createAppsmithBridge({ findHost: () => page.host }) }
}

describe('createAppsmithBridge', () => {
  it('is ready once the handshake is answered, though no listener is called then', async () => {
    const { page, bridge } = setUp()
    const ready = bridge.whenReady()
    page.answer({ title: 'Orders' })
    await ready
    expect(bridge.getState()).toMatchObject({ status: 'ready', mode: 'DEPLOYED', model: { title: 'Orders' } })
  })

  it('is ready when `onReady` never fires', async () => {
    const { page, bridge } = setUp()
    page.answer({ title: 'Orders' }, { handshake: 'broken' })
    await bridge.whenReady()
    expect(bridge.getState().model).toEqual({ title: 'Orders' })
  })

  it('is ready with the first change of the model where even the mode is not told', async () => {
    const { page, bridge } = setUp()
    const ready = bridge.whenReady()
    page.change({ title: 'Orders' })
    await ready
    expect(bridge.getState().model).toEqual({ title: 'Orders' })
  })

  it("leaves the one slot of `onReady` to the widget's own code", async () => {
    const { page, bridge } = setUp()
    const own = vi.fn()
    page.host.onReady(own)
    const ready = bridge.whenReady()
    page.answer({})
    await ready
    expect(own).toHaveBeenCalledOnce()
  })

  it('touches nothing until somebody listens', () => {
    const findHost = vi.fn()
    createAppsmithBridge({ findHost })
    expect(findHost).not.toHaveBeenCalled()
  })

  it('finds no host in a document that has none, and stays pending', () => {
    expect(createAppsmithBridge().getState()).toMatchObject({ status: 'pending', model: {} })
  })

  it('sends events that were triggered before there was a host once there is one', async () => {
    const page = createFakeAppsmith()
    let host: typeof page.host | undefined
    const bridge = createAppsmithBridge({ findHost: () => host })
    bridge.triggerEvent('onRowSelected', { row: 1 })
    host = page.host
    await vi.waitFor(() => expect(page.events).toEqual([{ name: 'onRowSelected', context: { row: 1 } }]))
  })

  it('lets nothing but plain JSON through, so nothing kills the queue', () => {
    const { page, bridge } = setUp()
    bridge.triggerEvent('onRowSelected', { row: 1, handler: () => {}, node: new Map() })
    expect(page.events[0]?.context).toEqual({ row: 1, node: {} })
  })

  it.each([
    [
      'a circle',
      Object.assign(
        {},
        {
          get self() {
            return this
          },
        },
      ),
    ],
    ['a bigint', { id: 1n }],
  ])('throws a sentence for %s and goes on sending', (_, context) => {
    const { page, bridge } = setUp()
    expect(() => bridge.triggerEvent('onRowSelected', context)).toThrow(/"onRowSelected" is not plain JSON/)
    bridge.triggerEvent('onRowSelected', { row: 2 })
    expect(page.events).toHaveLength(1)
  })

  it('calls every listener though one throws, and reports what was thrown', () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { page, bridge } = setUp()
    page.answer({})
    const second = vi.fn()
    bridge.subscribe(() => {
      throw new Error('broken')
    })
    bridge.subscribe(second)
    second.mockClear()
    page.change({ title: 'Orders' })
    expect(second).toHaveBeenCalledOnce()
    expect(report).toHaveBeenCalledWith(expect.objectContaining({ message: 'broken' }))
    report.mockRestore()
  })

  it('lets a listener leave within its call without another being skipped', () => {
    const { page, bridge } = setUp()
    page.answer({})
    const second = vi.fn()
    const leave = bridge.subscribe(() => leave?.())
    bridge.subscribe(second)
    second.mockClear()
    page.change({ title: 'Orders' })
    expect(second).toHaveBeenCalledOnce()
  })

  it('returns the same state until something has changed', () => {
    const { page, bridge } = setUp()
    page.answer({ title: 'Orders' })
    const before = bridge.getState()
    expect(bridge.getState()).toBe(before)
    bridge.updateModel({ selected: 1 })
    expect(bridge.getState()).not.toBe(before)
  })

  it('tells its listeners of its own updates at once', () => {
    const { page, bridge } = setUp()
    page.answer({ title: 'Orders' })
    const seen: unknown[] = []
    bridge.subscribe(() => seen.push(bridge.getState().model))
    bridge.updateModel({ selected: 1 })
    expect(seen.at(-1)).toEqual({ title: 'Orders', selected: 1 })
  })
})
