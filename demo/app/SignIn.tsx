import { type BaserowCredentials, type EndReason, isAuthError, useAuthClient, useAuthState } from 'authed'
import { type FormEvent, useId, useRef, useState } from 'react'
import { command, useControl } from './control.ts'

const people = [
  { name: 'Ada Lovelace', email: 'ada@example.com', password: 'lovelace' },
  { name: 'Grace Hopper', email: 'grace@example.com', password: 'hopper' },
]

const endings: Record<EndReason, string> = {
  'signed-out': 'You have signed out. All tabs know it.',
  'signed-out-elsewhere': 'The session has ended in another tab.',
  rejected: 'The server has ended the session. Sign in again to go on.',
  expired: 'The session has reached its end. Sign in again to go on.',
}

const complaint = (error: unknown) =>
  isAuthError(error) && error.code === 'sign_in_rejected'
    ? 'The API refuses this e-mail and password. Try again, or choose a person above.'
    : isAuthError(error) && error.transient
      ? 'The API does not answer for now. Nothing is lost: try again in a moment.'
      : String((error as Error).message)

/** Signs in one of the people whom the API knows. */
export function SignIn() {
  const client = useAuthClient<BaserowCredentials>()
  const endReason = useAuthState((state) => state.endReason)
  const control = useControl()
  const [credentials, setCredentials] = useState(people[0] as (typeof people)[number])
  const [error, setError] = useState<string>()
  const [progress, setProgress] = useState<'idle' | 'sending'>('idle')
  const password = useRef<HTMLInputElement>(null)
  const id = useId()

  async function submit(event: FormEvent) {
    event.preventDefault()
    setProgress('sending')
    setError(undefined)
    try {
      const { email, password } = credentials
      await client.signIn({ email, password })
    } catch (reason) {
      setError(complaint(reason))
      password.current?.focus()
    } finally {
      setProgress('idle')
    }
  }

  const change = (part: Partial<typeof credentials>) => setCredentials({ ...credentials, ...part })
  return (
    <section className="sign-in card" aria-labelledby={`${id}title`}>
      <h1 id={`${id}title`}>Sign in</h1>
      <p className="lead">Then watch an access token live for fifteen seconds, and a table that never notices.</p>
      {endReason && <p className="note">{endings[endReason]}</p>}
      {control.isDown && (
        <div className="note warn">
          <p>The API is down.</p>
          <button type="button" className="button" onClick={() => command('up')}>
            Bring it up
          </button>
        </div>
      )}
      <form onSubmit={submit}>
        <fieldset className="people">
          <legend>Who are you?</legend>
          {people.map((person) => (
            <label key={person.email}>
              <input
                type="radio"
                name="person"
                checked={credentials.email === person.email}
                onChange={() => setCredentials(person)}
              />
              {person.name}
            </label>
          ))}
        </fieldset>
        <label className="field" htmlFor={`${id}email`}>
          E-mail
          <input
            id={`${id}email`}
            type="email"
            autoComplete="username"
            required
            value={credentials.email}
            onChange={({ target }) => change({ email: target.value })}
          />
        </label>
        <label className="field" htmlFor={`${id}password`}>
          Password
          <input
            ref={password}
            id={`${id}password`}
            type="password"
            autoComplete="current-password"
            required
            aria-invalid={error ? true : undefined}
            aria-describedby={error ? `${id}error` : undefined}
            value={credentials.password}
            onChange={({ target }) => change({ password: target.value })}
          />
        </label>
        <p id={`${id}error`} className="complaint" role="alert">
          {error}
        </p>
        <button type="submit" className="button primary" disabled={progress === 'sending'}>
          {progress === 'sending' ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </section>
  )
}
