/** The windows; low ones, since a window grows to the height of its story before it is looked at. */
const windows = { desktop: { width: 1120, height: 320 }, phone: { width: 375, height: 320 } } as const

/** A window and a colour scheme. */
export interface Variant {
  name: string
  size: keyof typeof windows
  window: { width: number; height: number }
  colour: 'light' | 'dark'
}

/** Wide and narrow, light and dark. */
export const variants: Variant[] = (['desktop', 'phone'] as const).flatMap((size) =>
  (['light', 'dark'] as const).map((colour) => ({ name: `${size}-${colour}`, size, window: windows[size], colour })),
)
