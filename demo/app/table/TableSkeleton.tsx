const lines = Array.from({ length: 8 }, (_, line) => line)

/** What stands where the rows will be. */
export const TableSkeleton = () => (
  <div className="skeleton" role="status" aria-label="Loading the rows">
    {lines.map((line) => (
      <span key={line} />
    ))}
  </div>
)
