import type { CSSProperties } from 'react'
import { hueOf } from './names.ts'

/** The CSS variable that gives an element its tab's colour. */
export const tabColour = (name: string) => ({ '--hue': hueOf(name) }) as CSSProperties

/** A tab by its name and colour. */
export const TabChip = ({ name }: { name: string }) => (
  <span className="tab-chip" style={tabColour(name)}>
    {name}
  </span>
)
