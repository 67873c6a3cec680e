import { Fragment, type ReactNode } from 'react'

/** Names and what is known of them; what is not known is left out. */
export function Facts({ facts }: { facts: Record<string, ReactNode> }): ReactNode {
  const known = Object.entries(facts).filter(([, fact]) => fact !== undefined && fact !== false && fact !== '')
  if (known.length === 0) return null
  return (
    <dl>
      {known.map(([name, fact]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
