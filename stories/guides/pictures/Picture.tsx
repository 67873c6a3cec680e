import type { ReactNode } from 'react'
import './pictures.css'

/** A drawing, 360 units wide: legible on a phone, never wider than its text on a desktop. */
export const Picture = ({
  title,
  height,
  caption,
  children,
}: {
  /** What a screen reader says. */
  title: string
  height: number
  caption: ReactNode
  children: ReactNode
}) => (
  <figure className="picture sb-unstyled">
    <svg viewBox={`0 0 360 ${height}`} role="img" aria-label={title}>
      {children}
    </svg>
    <figcaption>{caption}</figcaption>
  </figure>
)
