import { AuthError, exceptAuthErrors, HttpError } from 'authed'
import { describe, expect, it } from 'vitest'

const failures = [0, 1, 2, 3]
const http = (status: number) => new HttpError({ code: 'http_error', status, body: undefined, url: 'https://api.test' })

describe('exceptAuthErrors', () => {
  it.each([
    ['nobody is signed in', new AuthError('signed_out', '')],
    ['the token endpoint is down, which the client has tried often enough', new AuthError('network', '')],
    ['the API says 401', http(401)],
    ['the API says 403', http(403)],
  ])('never retries when %s', (_, error) => {
    expect(exceptAuthErrors(true)(0, error)).toBe(false)
  })

  it.each([
    ['a number', 2, [true, true, false, false]],
    ['true', true, [true, true, true, true]],
    ['false', false, [false, false, false, false]],
    ['a function', (count: number) => count === 1, [false, true, false, false]],
  ])('leaves other errors to %s', (_, retry, expected) => {
    expect(failures.map((count) => exceptAuthErrors(retry)(count, http(500)))).toEqual(expected)
  })

  it('takes null for any other error, and retries three times by default', () => {
    expect(failures.map((count) => exceptAuthErrors()(count, null as unknown as Error))).toEqual([
      true,
      true,
      true,
      false,
    ])
  })
})
