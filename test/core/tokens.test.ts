import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextSession, readClaims, readSession, type Session, thresholds, writeSession } from '../../src/core/tokens.ts'

const base64url = (text: string) => Buffer.from(text).toString('base64url')
const jwt = (claims: object) => `${base64url('{"alg":"none"}')}.${base64url(JSON.stringify(claims))}.x`
const session: Session = { id: 'a', revision: 1, userId: '1', accessToken: 'x', obtainedAt: 0 }

describe('readClaims', () => {
  it('reads base64url and UTF-8, on which atob fails', () => {
    const claims = { sub: 'Zoë Łukasiewicz', note: '>>>???~~~ÿÿÿ' }
    const token = jwt(claims)
    expect(token).toMatch(/[-_]/)
    expect(readClaims(token)).toEqual(claims)
  })

  it.each(['', 'opaque', 'a.b', 'a.b.c', '..', 'a.bnVsbA.c', undefined])(
    'finds nothing in %j and does not throw',
    (token) => {
      expect(readClaims(token) ?? undefined).toBeUndefined()
    },
  )
})

describe('nextSession', () => {
  const sentAt = 1_000_000
  const expiresAt = (response: object, lifetime?: number) =>
    nextSession({ response: { accessToken: 'opaque', ...response }, sentAt, lifetime }).expiresAt

  it.each<[string, object, number | undefined, number | undefined]>([
    ['counts expires_in from the request', { expiresIn: 60_000 }, undefined, 1_060_000],
    [
      'counts exp − iat from the request, less the second that they hide',
      { accessToken: jwt({ iat: 5, exp: 65 }) },
      undefined,
      1_059_000,
    ],
    [
      'takes the shorter of the two',
      { accessToken: jwt({ iat: 5, exp: 65 }), expiresIn: 3_600_000 },
      undefined,
      1_059_000,
    ],
    ['takes exp alone for what it says', { accessToken: jwt({ exp: 1_060 }) }, undefined, 1_059_000],
    ['halves a life of a second', { accessToken: jwt({ iat: 5, exp: 6 }) }, undefined, 1_000_500],
    ['goes by the configured lifetime last', {}, 30_000, 1_030_000],
    ['knows nothing where nobody tells', {}, undefined, undefined],
    ['takes a negative lifetime for none', { expiresIn: -5 }, undefined, undefined],
    ['takes no lifetime for none', { expiresIn: 0 }, undefined, undefined],
    ['takes an absurd lifetime for none', { expiresIn: 1e300 }, undefined, undefined],
    ['takes what is no number for none', { expiresIn: Number.NaN }, undefined, undefined],
    ['takes exp that is no number for none', { accessToken: jwt({ iat: 5, exp: 'soon' }) }, undefined, undefined],
    ['takes an instant as it is', { expiresAt: 7, expiresIn: 60_000 }, undefined, 7],
  ])('%s', (_, response, lifetime, expected) => {
    expect(expiresAt(response, lifetime)).toBe(expected)
  })

  it('keeps the refresh token, the session and its end where the answer brings no new one', () => {
    const previous = { ...session, refreshToken: 'r', sessionExpiresAt: 99, userId: '7' }
    const next = nextSession({ previous, response: { accessToken: 'y', userId: 8 }, sentAt })
    expect(next).toMatchObject({ id: 'a', revision: 2, refreshToken: 'r', sessionExpiresAt: 99, userId: '7' })
  })

  it('takes a rotated refresh token and its life', () => {
    const previous = { ...session, refreshToken: 'r', sessionExpiresAt: 99 }
    const next = nextSession({
      previous,
      response: { accessToken: 'y', refreshToken: 's', sessionExpiresIn: 500 },
      sentAt,
    })
    expect(next).toMatchObject({ refreshToken: 's', sessionExpiresAt: sentAt + 500 })
  })

  it.each<[string, object, object, string | RegExp]>([
    ['the response', { userId: 4 }, {}, '4'],
    [
      'getUserId',
      { accessToken: jwt({ sub: 'a', email: 'e' }) },
      { getUserId: ({ email }: { email?: string }) => email },
      'e',
    ],
    ['sub', { accessToken: jwt({ sub: 'a', user_id: 3 }) }, {}, 'a'],
    ['user_id', { accessToken: jwt({ user_id: 3 }) }, {}, '3'],
    ['who was there before', {}, { formerUserId: '9' }, '9'],
    ['the session itself', {}, {}, /^\w{10,}$/],
  ])('names the user by %s', (_, response, origin, expected) => {
    const { userId } = nextSession({ response: { accessToken: 'opaque', ...response }, sentAt, ...origin })
    expect(userId).toMatch(expected)
  })
})

describe('a lifetime', () => {
  const previous: Session = { ...session, obtainedAt: 0, expiresAt: 60_000 }
  const end = (response: object, former?: Session) =>
    nextSession({ previous: former, response: { accessToken: 'opaque', ...response }, sentAt: 1_000 }).expiresAt
  const tenYears = 10 * 365 * 86_400_000

  it('of ten years and more tells nothing', () => {
    expect(end({ expiresIn: tenYears })).toBeUndefined()
    expect(end({ expiresIn: tenYears - 1 })).toBe(1_000 + tenYears - 1)
  })

  it('that ends at a told instant is believed at a sign-in, and at a refresh where that is still to come', () => {
    expect(end({ expiresAt: 500 })).toBe(500)
    expect(end({ expiresAt: 1_001 }, previous)).toBe(1_001)
    expect(end({ expiresAt: 1_000, expiresIn: 7_000 }, previous)).toBe(8_000)
  })

  it('is the token’s own where its `iat` is newer than the former one’s', () => {
    const former = { ...previous, revision: 2, accessToken: jwt({ iat: 10, exp: 20 }), refreshToken: 'opaque' }
    expect(end({ accessToken: jwt({ iat: 11, exp: 111 }) }, former)).toBe(100_000)
    expect(end({ accessToken: jwt({ iat: 10, exp: 111 }) }, former)).toBe(61_000)
    expect(end({ accessToken: jwt({ exp: 111 }) }, former)).toBe(110_000)
  })

  it('of the session is its own word, else that of the refresh token', () => {
    const session = (response: object) =>
      nextSession({
        response: { accessToken: 'opaque', refreshToken: jwt({ iat: 5, exp: 65 }), ...response },
        sentAt: 1_000,
      })
    expect(session({}).sessionExpiresAt).toBe(60_000)
    expect(session({ sessionExpiresIn: 90_000 }).sessionExpiresAt).toBe(91_000)
    expect(session({ refreshToken: 'opaque' }).sessionExpiresAt).toBeUndefined()
  })

  it('is told by nothing without an access token that a header can carry', () => {
    expect(() => end({ accessToken: 'two\nlines' })).toThrow(/Return it as `accessToken`/)
  })
})

describe('thresholds', () => {
  it.each<[number, number, number]>([
    [15_000, 12_000, 13_500],
    [600_000, 480_000, 570_000],
    [3_600_000, 3_300_000, 3_570_000],
    [2, 1.6, 1.8],
  ])('of a token that lives %d ms are %d and %d', (expiresAt, aheadAt, waitAt) => {
    expect(thresholds({ ...session, expiresAt }, 0, {})).toEqual({ aheadAt, waitAt })
  })

  it('fall together where the token was dead when it came', () => {
    expect(thresholds({ ...session, obtainedAt: 50, expiresAt: 20 }, 60, {})).toEqual({ aheadAt: 20, waitAt: 20 })
  })

  it('are never beyond a share of the lifetime, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.nat(1e9),
        fc.nat(1e9),
        (expiresAt, refreshAhead, expiryMargin) => {
          const { aheadAt, waitAt } = thresholds({ ...session, expiresAt }, 0, { refreshAhead, expiryMargin })
          expect(aheadAt).toBeGreaterThanOrEqual(expiresAt * 0.8 - 1e-6)
          expect(waitAt).toBeGreaterThanOrEqual(expiresAt * 0.9 - 1e-6)
          expect(waitAt).toBeLessThanOrEqual(expiresAt)
        },
      ),
    )
  })

  it('are far where the expiry is unknown and now where the token is from the future', () => {
    expect(thresholds(session, 5, {})).toEqual({ aheadAt: Infinity, waitAt: Infinity })
    expect(thresholds({ ...session, obtainedAt: 10, expiresAt: 20 }, 5, {})).toEqual({ aheadAt: 0, waitAt: 0 })
  })
})

describe('a session from the future', () => {
  const due = (obtainedAt: number, expiresAt: number) =>
    thresholds({ ...session, obtainedAt, expiresAt }, 0, {}).aheadAt

  it('is one by more than a second', () => {
    expect(due(1_000, 101_000)).toBe(81_000)
    expect(due(1_001, 101_001)).toBe(0)
  })

  it('or by more than a tenth of a short life', () => {
    expect(due(200, 2_200)).toBe(1_800)
    expect(due(201, 2_201)).toBe(0)
  })
})

describe('readSession', () => {
  it('reads what writeSession wrote', () => {
    const full = { ...session, refreshToken: 'r', expiresAt: 5, sessionExpiresAt: 6 }
    expect(readSession(writeSession(full))).toEqual(full)
    expect(readSession(writeSession(session))).toEqual(session)
  })

  it('never throws and never believes what is not a session', () => {
    const broken = [
      undefined,
      '',
      'null',
      '42',
      '"text"',
      '[]',
      '{}',
      '{"v":1}',
      '{"v":2,"accessToken":"x"}',
      '{"v":1,"accessToken":{}}',
      writeSession({ ...session, accessToken: '' }),
      writeSession(session).replace('"v":1', '"v":2'),
      writeSession(session).replace('"v":1,', ''),
    ]
    for (const text of broken) expect(readSession(text)).toBeUndefined()
    const members = { ...session, refreshToken: 'r', expiresAt: 5, sessionExpiresAt: 6 }
    for (const name of [
      'id',
      'userId',
      'accessToken',
      'revision',
      'obtainedAt',
      'refreshToken',
      'expiresAt',
      'sessionExpiresAt',
    ]) {
      expect(readSession(JSON.stringify({ v: 1, ...members, [name]: {} })), name).toBeUndefined()
    }
    fc.assert(fc.property(fc.string(), (text) => readSession(text) === undefined))
  })
})
