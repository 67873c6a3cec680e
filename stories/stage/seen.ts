import type { within } from 'storybook/test'

type Canvas = ReturnType<typeof within>

/** The count under a name in “What the API saw”. */
export const figure = (canvas: Canvas, name: string): Element | null => canvas.getByText(name).nextElementSibling

/** The heading that tells which token this is. */
export const tokenNumber = (canvas: Canvas, revision: number): HTMLElement =>
  canvas.getByRole('heading', { name: `Access token no. ${revision}` })
