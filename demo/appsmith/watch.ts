import type { AppsmithPage, JsObject } from '../../src/testing/index.ts'

const list = (id: string, entries: [string, unknown][]) => {
  const place = document.getElementById(id) as HTMLElement
  place.replaceChildren(
    ...entries.flatMap(([name, value]) => {
      const [term, description] = [document.createElement('dt'), document.createElement('dd')]
      term.textContent = name
      description.textContent = String(value)
      return [term, description]
    }),
  )
}

/** What the store holds, with the tokens left out. */
function visible(values: Record<string, unknown>): [string, unknown][] {
  const { auth, selectedRow, authError } = values as {
    auth?: { userId: string; revision: number; expiresAt: number }
    selectedRow?: { Name?: string }
    authError?: { code: string }
  }
  const until = auth && new Date(auth.expiresAt).toLocaleTimeString()
  return [
    ['auth', auth ? `user ${auth.userId}, revision ${auth.revision}, until ${until}` : 'nobody'],
    ['authError', authError?.code ?? 'none'],
    ['selectedRow', selectedRow?.Name ?? 'none'],
  ]
}

/** The panel beside the canvas: runs the JS Object, shows store and server. */
export function watch({ page, jsObject, api }: { page: AppsmithPage; jsObject: JsObject; api: string }): void {
  const result = document.getElementById('result') as HTMLElement
  const run = async (name: string) => {
    result.textContent = `${name} …`
    const outcome = await jsObject.run(name).then(
      () => 'done',
      (error) => String(error).replace(/^.*AuthError: /, ''),
    )
    result.textContent = `${name}: ${outcome}`
  }
  const functions = document.getElementById('functions') as HTMLElement
  for (const name of ['getAccessToken', 'signOut']) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = `${name}()`
    button.addEventListener('click', () => void run(name))
    functions.append(button)
  }
  const show = () => list('store', visible(page.store.values))
  page.store.subscribe(show)
  show()

  const control = async (command: string) => {
    const { counts, accessTokenLifetime } = await (await fetch(`${api}/control/${command}`, { method: 'POST' })).json()
    ;(document.getElementById('lifetime') as HTMLElement).textContent = String(accessTokenLifetime / 1000)
    list('counts', Object.entries(counts))
  }
  for (const command of ['expire', 'revoke']) {
    document.getElementById(command)?.addEventListener('click', () => void control(command))
  }
  setInterval(() => void control('status').catch(() => {}), 1_000)
}
