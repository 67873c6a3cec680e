import { describe, expect, it } from 'vitest'
import { createApi, grace } from './api.ts'

interface Page {
  count: number
  next: string | null
  previous: string | null
  results: { id: number; Name: string; City: string; Amount: string; Owner: string }[]
}

async function signedIn(options = {}, user = undefined as typeof grace | undefined) {
  const api = createApi(options)
  const { access_token } = await api.signIn(user)
  const read = async (search = '') =>
    (await api.get(`/api/rows${search}`, `Bearer ${access_token}`)).body as unknown as Page
  return { ...api, authorization: `Bearer ${access_token}`, read }
}
const ids = ({ results }: Page) => results.map(({ id }) => id)

describe('/api/rows', () => {
  it('is paged, with links to the neighbours that exist', async () => {
    const { read } = await signedIn({ rowCount: 25 })
    expect(await read('?size=10')).toMatchObject({
      count: 25,
      next: 'https://api.test/api/rows?size=10&page=2',
      previous: null,
    })
    const middle = await read('?size=10&page=2')
    expect(ids(middle)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
    expect(await read('?size=10&page=3')).toMatchObject({
      next: null,
      previous: middle.next?.replace('page=3', 'page=2'),
    })
  })

  it('ends with a page that is exactly full', async () => {
    const { read } = await signedIn({ rowCount: 20 })
    expect(await read('?size=10&page=2')).toMatchObject({ next: null, results: { length: 10 } })
  })

  it('is empty beyond its end', async () => {
    expect(await (await signedIn({ rowCount: 5 })).read('?page=9')).toEqual({
      count: 5,
      next: null,
      previous: null,
      results: [],
    })
  })

  it.each(['0', '-1', '1.5', 'many'])('takes page %s for the first', async (page) => {
    expect(ids(await (await signedIn({ rowCount: 3 })).read(`?page=${page}`))).toEqual([1, 2, 3])
  })

  it('is searched in what a person sees, whatever the case', async () => {
    const { read } = await signedIn()
    const { count, results } = await read('?search=LISBON&size=1000')
    expect(count).toBe(results.length)
    expect(new Set(results.map(({ City }) => City))).toEqual(new Set(['Lisbon']))
    expect((await read('?search=nothing-like-this')).count).toBe(0)
  })

  it("does not find every row by its owner's name", async () => {
    const { count } = await (await signedIn()).read('?search=lovelace')
    expect(count).toBe(0)
  })

  it('is sorted by columns, downwards too, numbers as numbers', async () => {
    const { read } = await signedIn()
    const amounts = (await read('?order_by=-Amount&size=1000')).results.map(({ Amount }) => Number(Amount))
    expect(amounts).toEqual([...amounts].sort((one, other) => other - one))
    const first = await read('?order_by=City,-id&size=2')
    expect(first.results.map(({ City }) => City)).toEqual(['Accra', 'Accra'])
    expect(first.results[0]?.id).toBeGreaterThan(first.results[1]?.id as number)
  })

  it.each(['field_3', '"City"', ' City'])('knows a column as %s', async (name) => {
    const { read } = await signedIn()
    expect(ids(await read(`?order_by=${encodeURIComponent(name)}`))).toEqual(ids(await read('?order_by=City')))
  })

  it('refuses to sort by a column that is not there', async () => {
    const { get, authorization } = await signedIn()
    expect(await get('/api/rows?order_by=Nothing', authorization)).toMatchObject({ status: 400 })
  })

  it('holds the same rows each time, under the name of their owner', async () => {
    const [one, again] = [await (await signedIn()).read(), await (await signedIn()).read()]
    expect(one).toEqual(again)
    const hers = await (await signedIn({}, grace)).read()
    expect([one.results[0]?.Owner, hers.results[0]?.Owner]).toEqual(['Ada Lovelace', 'Grace Hopper'])
  })

  it('has amounts as strings, as Baserow has', async () => {
    const { results } = await (await signedIn()).read()
    for (const { Amount } of results) expect(Amount).toMatch(/^\d+\.\d\d$/)
  })

  it('answers 201 with the row that was sent', async () => {
    const { post, authorization } = await signedIn()
    const { status, body } = await post('/api/rows', { Name: 'Mary Shelley' }, { authorization })
    expect([status, body]).toMatchObject([201, { id: 1001, Name: 'Mary Shelley', Owner: 'Ada Lovelace' }])
  })
})

describe('resources behind Bearer tokens', () => {
  it('tell who is asking', async () => {
    const { get, authorization } = await signedIn()
    expect((await get('/api/me', authorization)).body).toEqual({
      id: 1,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
    })
  })

  it.each([
    [undefined, 401, 'Bearer realm="api"'],
    ['Basic YTpi', 401, 'Bearer realm="api"'],
    ['Bearer nonsense', 401, 'Bearer realm="api", error="invalid_token"'],
    ['Bearer one two', 400, 'Bearer realm="api", error="invalid_request"'],
  ])('answer %o with a challenge', async (authorization, status, challenge) => {
    const answer = await createApi().get('/api/me', authorization)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([status, challenge])
  })

  it('do not take a refresh token', async () => {
    const { signIn, me } = createApi()
    expect(await me((await signIn()).refresh_token)).toBe(401)
  })

  it('lead elsewhere when asked to', async () => {
    const { send } = createApi()
    const { status, headers } = await send('/api/redirect?to=https://other.test/rows', { redirect: 'manual' })
    expect([status, headers.get('location')]).toEqual([302, 'https://other.test/rows'])
  })

  it('are not found under other paths', async () => {
    expect(await createApi().get('/nowhere')).toMatchObject({ status: 404, body: { error: 'URL_NOT_FOUND' } })
  })
})

describe('CORS', () => {
  const preflight = { method: 'OPTIONS', headers: { origin: 'https://app.test' } }

  it('answers a preflight as Baserow does', async () => {
    const { status, headers } = await createApi().send('/api/rows', preflight)
    expect(status).toBe(200)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-max-age')).toBe('86400')
    expect(headers.get('access-control-allow-headers')).toBe(
      'accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with',
    )
  })

  it('lets errors be read too', async () => {
    const { get, server } = createApi()
    const origins = async () => (await get('/api/me')).headers.get('access-control-allow-origin')
    expect(await origins()).toBe('*')
    server.fail({ type: 'status', status: 500 })
    expect(await origins()).toBe('*')
    server.setHealth('503')
    expect(await origins()).toBe('*')
  })

  it('names the origin where cookies come along', async () => {
    const { headers } = await createApi({ refreshTokenIn: 'cookie' }).send('/auth/refresh', preflight)
    expect(headers.get('access-control-allow-origin')).toBe('https://app.test')
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('vary')).toBe('origin')
  })
})
