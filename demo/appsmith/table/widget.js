// The API and the table to show.
const api = 'https://api.baserow.io'
const table = 245748
const pageSize = 25

const { useEffect, useMemo, useState } = React
const { AuthProvider, QueryClient, QueryClientProvider, useAppsmithState, useAuthedQuery, useAuthState } = authed

const bridge = authed.createAppsmithBridge()
const client = authed.createAuthClient(authed.hostRefreshes(bridge, { dialect: authed.baserow(api) }))
const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: authed.exceptAuthErrors(2), staleTime: 30_000, refetchOnWindowFocus: false } },
})

// Appsmith's theme as variables of the stylesheet; text is black or white, whichever is easier to read on the colour.
const luminance = (colour) => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  canvas.fillStyle = colour
  canvas.fillRect(0, 0, 1, 1)
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255
}
const textOn = (colour) => (luminance(colour) > 0.55 ? '#1b1f27' : '#ffffff')
const useTheme = () => {
  const theme = useAppsmithState(bridge, selectTheme)
  useEffect(() => {
    const { primaryColor = '#553de9', backgroundColor = '#ffffff', borderRadius = '6px', boxShadow = 'none' } = theme
    const { style } = document.documentElement
    style.colorScheme = luminance(backgroundColor) > 0.55 ? 'light' : 'dark'
    const values = { primaryColor, backgroundColor, borderRadius, boxShadow }
    for (const [name, value] of Object.entries(values)) style.setProperty(`--${name}`, value)
    style.setProperty('--text', textOn(backgroundColor))
    style.setProperty('--textOnPrimary', textOn(primaryColor))
  }, [theme])
}
const selectTheme = ({ theme }) => theme
const selectWidth = ({ ui }) => (ui.width < 560 ? 'narrow' : 'wide')

const Widget = () => {
  useTheme()
  const width = useAppsmithState(bridge, selectWidth)
  const status = useAuthState((state) => state.status)
  return (
    <main className={`widget ${width}`}>
      {status === 'authenticated' && <Rows />}
      {status === 'pending' && <Placeholder />}
      {status === 'unauthenticated' && <SignIn />}
    </main>
  )
}

// The page signs in; no password is ever typed here.
const SignIn = () => {
  const reason = useAuthState((state) => state.endReason) ?? 'signed-out'
  const ask = () => bridge.triggerEvent('onSignInRequired', { reason })
  useEffect(() => {
    bridge.whenReady().then(ask)
  }, [])
  return (
    <section className="notice">
      <h2>{reason === 'rejected' || reason === 'expired' ? 'Your session has ended' : 'You are signed out'}</h2>
      <p>Sign in to see the rows of this table.</p>
      <button type="button" className="primary" onClick={ask}>
        Sign in
      </button>
    </section>
  )
}

const rowsUrl = ({ search, sort, page }) => {
  const url = new URL(`${api}/api/database/rows/table/${table}/`)
  url.searchParams.set('user_field_names', 'true')
  url.searchParams.set('page', page)
  url.searchParams.set('size', pageSize)
  if (search) url.searchParams.set('search', search)
  if (sort) url.searchParams.set('order_by', `${sort.direction === 'descending' ? '-' : ''}${quoted(sort.column)}`)
  return url.href
}
const quoted = (name) => (/[",]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name)
const columnsOf = (rows) => Object.keys(rows?.[0] ?? {}).filter((name) => name !== 'id' && name !== 'order')
const isNumber = (value) => value !== '' && Number.isFinite(Number(value))
const textOf = (value) => {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  return typeof value === 'object' ? textOf(value.value ?? value.name ?? '') : String(value)
}

const Rows = () => {
  const [typed, setTyped] = useState('')
  const [sort, setSort] = useState()
  const [page, setPage] = useState(1)
  const [selected, setSelected] = useState()
  const search = useSettled(typed.trim())
  const rows = useAuthedQuery({
    queryKey: ['rows', table, { search, sort, page }],
    url: rowsUrl({ search, sort, page }),
    placeholderData: authed.keepPreviousData,
  })
  const { data, error, isFetching, isPlaceholderData } = rows
  const columns = useMemo(() => columnsOf(data?.results), [data])
  const [known, setKnown] = useState([])
  useEffect(() => {
    if (columns.length > 0) setKnown(columns)
  }, [columns])
  const pages = Math.max(1, Math.ceil((data?.count ?? 0) / pageSize))
  const turnTo = (next) => setPage(Math.min(Math.max(next, 1), pages))
  const select = (row) => {
    setSelected(row.id)
    bridge.triggerEvent('onRowSelected', { row })
  }
  const sortBy = (column) => {
    const direction = sort?.column === column && sort.direction === 'ascending' ? 'descending' : 'ascending'
    setSort({ column, direction })
    setPage(1)
  }
  return (
    <>
      <header className="bar">
        <label className="search">
          <span className="unseen">Search the rows</span>
          <input
            type="search"
            placeholder="Search"
            value={typed}
            onChange={({ target }) => {
              setTyped(target.value)
              setPage(1)
            }}
          />
        </label>
        <p role="status" className="count">
          {summary({ data, error, isFetching, page })}
        </p>
      </header>
      {error && <Trouble error={error} retry={rows.refetch} />}
      {!data && !error && <Placeholder />}
      {data && (
        <section className={`scroll ${isPlaceholderData ? 'waiting' : ''}`} aria-label="Rows">
          <table aria-busy={isFetching}>
            <thead>
              <tr>
                <th scope="col">
                  <span className="unseen">Selected</span>
                </th>
                {known.map((column) => (
                  <th key={column} scope="col" aria-sort={sort?.column === column ? sort.direction : 'none'}>
                    <button type="button" onClick={() => sortBy(column)}>
                      {column}
                      <span aria-hidden="true" className="arrow" />
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.results.map((row) => (
                // The radio button in it is the way for keyboards; a click anywhere in the row is a convenience.
                <tr key={row.id} className={row.id === selected ? 'selected' : ''} onClick={() => select(row)}>
                  <td className="pick">
                    <input
                      type="radio"
                      name="row"
                      aria-label={`Select ${textOf(row[known[0]]) || `row ${row.id}`}`}
                      checked={row.id === selected}
                      onChange={() => select(row)}
                      onClick={(event) => event.stopPropagation()}
                    />
                  </td>
                  {known.map((column) => (
                    <td key={column} data-label={column} className={isNumber(row[column]) ? 'number' : ''}>
                      {textOf(row[column])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {data.results.length === 0 && <p className="empty">No rows{search ? ` for “${search}”` : ''}.</p>}
        </section>
      )}
      <nav className="bar pages" aria-label="Pages">
        <button type="button" disabled={page <= 1} onClick={() => turnTo(page - 1)}>
          Previous
        </button>
        <span>
          Page {page} of {pages}
        </span>
        <button type="button" disabled={page >= pages} onClick={() => turnTo(page + 1)}>
          Next
        </button>
      </nav>
    </>
  )
}

const summary = ({ data, error, isFetching, page }) => {
  if (error && !data) return 'The rows could not be loaded.'
  if (!data) return 'Loading the rows…'
  if (data.count === 0) return isFetching ? 'Searching…' : 'No rows'
  const first = (page - 1) * pageSize + 1
  const last = Math.min(page * pageSize, data.count)
  return `${first}–${last} of ${data.count} rows${isFetching ? ', updating…' : ''}`
}

const Trouble = ({ error, retry }) => (
  <div role="alert" className="trouble">
    <p>{error.body?.detail ?? 'The rows could not be loaded. Check the connection; it is tried again by itself.'}</p>
    <button type="button" onClick={() => retry()}>
      Try again
    </button>
  </div>
)

const lines = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth']
const Placeholder = () => (
  <div className="placeholder" role="status">
    <span className="unseen">Loading…</span>
    {lines.map((line) => (
      <div key={line} className="line" />
    ))}
  </div>
)

// What was typed, once the typing has stopped.
const useSettled = (value, delay = 250) => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay)
    return () => clearTimeout(timer)
  }, [value, delay])
  return settled
}

// Rather than appsmith.onReady(), which some layouts never call.
bridge.whenReady().then(() => {
  ReactDOM.render(
    <QueryClientProvider client={queryClient}>
      <AuthProvider client={client}>
        <Widget />
      </AuthProvider>
    </QueryClientProvider>,
    document.getElementById('root'),
  )
})
