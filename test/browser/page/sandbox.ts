import type { Lab, SandboxReport } from './lab.ts'

/** Names whose mere reading throws where the origin is opaque. */
const stores = ['localStorage', 'sessionStorage', 'indexedDB', 'cookie'] as const

async function tryStore(name: (typeof stores)[number]): Promise<void> {
  if (name === 'cookie') return void document.cookie
  if (name !== 'indexedDB') return void window[name].length
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.open('probe')
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error)
  })
}

/** In the frame: a whole life, told to the page around it. */
export async function tellOfSandbox(lab: Lab): Promise<void> {
  const report: SandboxReport = { origin, forbidden: [], answers: [] }
  for (const name of stores) await tryStore(name).catch(() => report.forbidden.push(name))
  try {
    const unmount = lab.client.mount()
    await lab.signIn('ada')
    report.answers.push(await lab.rows())
    lab.sleep(20_000)
    lab.wake()
    await lab.client.refresh()
    report.answers.push(await lab.rows())
    report.inspection = lab.inspect()
    await lab.client.signOut()
    report.answers.push(await lab.rows())
    unmount()
  } catch (error) {
    report.failure = String(error)
  }
  parent.postMessage(report, '*')
}

/** In the page: opens the frame and waits for what it tells. */
export function liveInSandbox(): Promise<SandboxReport> {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts')
  frame.src = '/?role=sandboxed'
  return new Promise((resolve) => {
    addEventListener('message', ({ data, source }) => {
      if (source !== frame.contentWindow) return
      frame.remove()
      resolve(data)
    })
    document.body.append(frame)
  })
}
