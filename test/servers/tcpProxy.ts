import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** How one request fares on the wire. */
export type WireFault =
  /** The request never arrives, the connection is reset. */
  | { type: 'reset' }
  /** The server acts, the connection is reset before its answer. */
  | { type: 'reset-answer' }
  /** The connection closes in the middle of the answer. */
  | { type: 'truncate'; bytes: number }
  /** The answer is under way for so many milliseconds. */
  | { type: 'delay'; delay: number }
  /** Nothing ever comes back. */
  | { type: 'hang' }

/** An answer that waits in the proxy, so that others which were given later arrive first. */
export interface HeldAnswer {
  /** Resolves when the server has answered. */
  readonly given: Promise<void>
  /** Lets the answer go on its way. */
  release(): void
}

/** A proxy at the level of TCP in front of a server. */
export interface TcpProxy {
  /** Its origin. */
  url: string
  /** The next requests whose bytes hold `text` fare so, one fault each. */
  fail(text: string, ...faults: WireFault[]): void
  /** Reorders: the answer to the next request whose bytes hold `text` arrives only when it is released. */
  hold(text: string): HeldAnswer
  /** `down` refuses connections and breaks those that are open. */
  setNetwork(network: 'up' | 'down'): Promise<void>
  /** How many faults are still to strike. */
  readonly pending: number
  close(): Promise<void>
}

interface Hold {
  type: 'hold'
  give: () => void
  released: Promise<void>
}

function promiseToKeep(): [Promise<void>, () => void] {
  let keep = () => {}
  const promise = new Promise<void>((resolve) => {
    keep = resolve
  })
  return [promise, keep]
}

/** Starts a proxy in front of `target`, an origin on this machine. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { port: targetPort } = new URL(target)
  const sockets = new Set<Socket>()
  const queue: { text: string; fault: WireFault | Hold }[] = []

  const take = (bytes: Buffer): WireFault | Hold | undefined => {
    const place = queue.findIndex(({ text }) => bytes.includes(text))
    return place < 0 ? undefined : queue.splice(place, 1)[0]?.fault
  }

  const server = createServer((near) => {
    const far = connect(Number(targetPort), '127.0.0.1')
    let current: WireFault | Hold | undefined
    /** What comes later on this connection goes after what is held back. */
    let way = Promise.resolve()
    const writeAfter = (wait: () => Promise<void> | undefined, bytes: Buffer) => {
      way = way.then(wait).then(() => void near.write(bytes))
    }
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (bytes) => {
      current = take(bytes) ?? current
      if (current?.type === 'reset') near.resetAndDestroy()
      else if (current?.type !== 'hang') far.write(bytes)
    })
    far.on('data', (bytes) => {
      const fault = current
      current = undefined
      if (fault?.type === 'reset-answer') near.resetAndDestroy()
      else if (fault?.type === 'truncate') near.end(bytes.subarray(0, fault.bytes))
      else if (fault?.type === 'delay') writeAfter(() => setTimeout(fault.delay), bytes)
      else if (fault?.type === 'hold') {
        fault.give()
        writeAfter(() => fault.released, bytes)
      } else writeAfter(() => undefined, bytes)
    })
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const stop = () => {
    for (const socket of sockets) socket.resetAndDestroy()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    fail: (text, ...faults) => void queue.push(...faults.map((fault) => ({ text, fault }))),
    hold(text) {
      const [given, give] = promiseToKeep()
      const [released, release] = promiseToKeep()
      queue.push({ text, fault: { type: 'hold', give, released } })
      return { given, release }
    },
    setNetwork: (network) => (network === 'up' ? listen(port) : stop()),
    get pending() {
      return queue.length
    },
    close: () => (server.listening ? stop() : Promise.resolve()),
  }
}
