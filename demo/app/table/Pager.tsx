/** Steps through the pages. */
export function Pager({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) {
  const steps: [string, string, number][] = [
    ['«', 'First page', 1],
    ['‹', 'Previous page', page - 1],
    ['›', 'Next page', page + 1],
    ['»', 'Last page', pages],
  ]
  const button = ([sign, name, target]: [string, string, number]) => (
    <button
      key={name}
      type="button"
      className="button quiet"
      aria-label={name}
      // Disabling would take the focus away from who steps by keyboard.
      aria-disabled={target < 1 || target > pages || target === page}
      onClick={() => target >= 1 && target <= pages && onPage(target)}
    >
      {sign}
    </button>
  )
  return (
    <nav className="pager" aria-label="Pages">
      {steps.slice(0, 2).map(button)}
      <span>
        Page {page} {pages > 0 && <span className="muted">of {pages}</span>}
      </span>
      {steps.slice(2).map(button)}
    </nav>
  )
}
