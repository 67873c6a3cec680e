import type { within } from 'storybook/test'

type Canvas = ReturnType<typeof within>

/** The fact or figure under a name. */
export const fact = (canvas: Canvas, name: string): Element | null =>
  canvas.getByText(name, { selector: 'dt' }).nextElementSibling

/** The heading that tells which token this is. */
export const tokenNumber = (canvas: Canvas, revision: number): HTMLElement =>
  canvas.getByRole('heading', { name: `Access token no. ${revision}` })

/** The lines of “What the client did”, newest first. */
export function happenings(canvas: Canvas): (string | null)[] {
  const { parentElement } = canvas.getByRole('heading', { name: 'What the client did' })
  return [...(parentElement?.querySelectorAll('li > span') ?? [])].map(({ textContent }) => textContent)
}
