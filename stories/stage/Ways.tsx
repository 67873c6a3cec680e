import { useState } from 'react'

/** A button, and what it does; it may fail, and then says why. */
export type Way = readonly [name: string, act: () => unknown]

/** What a visitor can do to the session. */
export function Ways({ ways }: { ways: readonly Way[] }) {
  const [news, setNews] = useState('')
  async function take(act: Way[1]) {
    setNews('')
    try {
      await act()
    } catch (error) {
      setNews((error as Error).message)
    }
  }
  return (
    <>
      <div className="ways">
        {ways.map(([name, act], place) => (
          <button key={name} type="button" className={place ? 'button' : 'button primary'} onClick={() => take(act)}>
            {name}
          </button>
        ))}
      </div>
      <p className="news" role="status">
        {news}
      </p>
    </>
  )
}
