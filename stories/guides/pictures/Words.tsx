/** Lines of text in a picture, the first one at `y`. */
export const Words = ({
  lines,
  x,
  y,
  className = '',
  anchor = 'middle',
}: {
  lines: readonly string[]
  x: number
  y: number
  className?: string
  anchor?: 'start' | 'middle' | 'end'
}) => (
  <text x={x} y={y} textAnchor={anchor} className={className}>
    {lines.map((line, index) => (
      <tspan key={line} x={x} dy={index === 0 ? 0 : 14}>
        {line}
      </tspan>
    ))}
  </text>
)
