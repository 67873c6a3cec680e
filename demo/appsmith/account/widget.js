const api = 'https://api.baserow.io'
const table = 245748

const { useEffect, useState } = React
const { AuthProvider, useAccessToken, useAppsmithState } = authed

const bridge = authed.createAppsmithBridge()
const client = authed.createAuthClient(authed.hostRefreshes(bridge, { dialect: authed.baserow(api) }))

const useSecondsUntil = (instant) => {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  return instant === undefined ? undefined : Math.max(0, Math.ceil((instant - now) / 1000))
}

const darkOn = ({ theme }) => /^#[0-4]/.test(theme.backgroundColor ?? '#fff')
const selectTheme = ({ theme }) => theme

const Account = () => {
  const { status, userId, revision, expiresAt, signOut } = useAccessToken()
  const { primaryColor, backgroundColor } = useAppsmithState(bridge, selectTheme)
  const dark = useAppsmithState(bridge, darkOn)
  const seconds = useSecondsUntil(expiresAt)
  const [count, setCount] = useState()
  const countRows = async () => {
    const response = await client.fetch(`${api}/api/database/rows/table/${table}/?size=1`)
    setCount((await response.json()).count)
  }
  const style = { background: backgroundColor, color: dark ? '#fff' : '#1b1f27', borderColor: primaryColor }
  if (status !== 'authenticated') {
    return (
      <section style={style}>
        <p>{status === 'pending' ? 'Looking for a session…' : 'Nobody is signed in.'}</p>
      </section>
    )
  }
  return (
    <section style={style}>
      <p>
        User <strong>{userId}</strong>, token number <strong>{revision}</strong>, valid for another{' '}
        <strong>{seconds}</strong> s
      </p>
      <button type="button" onClick={countRows}>
        Count the rows
      </button>
      <button type="button" onClick={() => signOut()}>
        Sign out
      </button>
      <p role="status">{count === undefined ? '' : `${count} rows`}</p>
    </section>
  )
}

// Rather than appsmith.onReady(), which some layouts never call.
bridge.whenReady().then(() => {
  ReactDOM.render(
    <AuthProvider client={client}>
      <Account />
    </AuthProvider>,
    document.getElementById('root'),
  )
})
