import { describe, expect, it } from 'vitest'
import { eventually, prepareStages } from './stage.ts'

const open = prepareStages()

describe('a table widget whose page refreshes', () => {
  it.each(['rotating', 'none'] as const)(
    'signs in through the page, shows rows and lives through ten expiries with one refresh each (rotation %s)',
    async (rotation) => {
      const stage = await open({ server: { accessTokenLifetime: 4_000, rotation }, widgets: [{}, {}] })
      await stage.signIn()
      for (let turn = 1; turn <= 10; turn++) {
        await eventually(() => stage.api.counts.refreshes).toBeGreaterThanOrEqual(turn)
        await stage.turnPage(turn % 2)
        await stage.run('getAccessToken')
      }
      const revision = await stage.inPage(({ page }) => (page.store.values.auth as { revision: number }).revision)
      expect(stage.api.counts).toMatchObject({
        signIns: 1,
        refreshes: revision - 1,
        unauthorized: 0,
        reuseDetections: 0,
      })
      await stage.expectSound()
    },
  )

  it('sends every row request from an opaque origin, with the newest token of the page', async () => {
    const stage = await open({ server: { accessTokenLifetime: 4_000 } })
    await stage.signIn()
    for (let turn = 1; turn <= 3; turn++) {
      await eventually(() => stage.api.counts.refreshes).toBeGreaterThanOrEqual(turn)
      await eventually(async () => (await stage.state()).revision).toBeGreaterThan(turn)
      const newest = await stage.inPage(({ page }) => (page.store.values.auth as { accessToken: string }).accessToken)
      await stage.turnPage()
      await stage.expectPage(`${turn * 25 + 1}–`)
      const headers = await stage.rowRequests
        .filter((request) => request.method() === 'GET')
        .at(-1)
        ?.allHeaders()
      const carried = [...stage.leaks.tokens.access].indexOf(headers?.authorization?.replace('JWT ', '') as string)
      expect(carried).toBeGreaterThanOrEqual([...stage.leaks.tokens.access].indexOf(newest))
      expect(headers?.origin).toBe('null')
    }
    await stage.expectSound()
  })

  it.each(['rotating', 'none'] as const)(
    'refreshes once when three widgets and a JS Object meet the same dead token (rotation %s)',
    async (rotation) => {
      const stage = await open({ server: { rotation }, widgets: [{}, {}, {}] })
      await stage.signIn()
      for (let expiry = 1; expiry <= 2; expiry++) {
        stage.api.expireAccessTokens()
        await Promise.all([0, 1, 2].map((number) => stage.turnPage(number)))
        await Promise.all([0, 1, 2].map((number) => stage.expectPage(`${expiry * 25 + 1}–`, number)))
        expect(stage.api.counts.refreshes).toBe(expiry)
      }
      expect(stage.api.counts).toMatchObject({ signIns: 1, reuseDetections: 0 })
      await stage.expectSound()
    },
  )

  it('asks the page to sign in, exactly once, when the refresh token is refused, and goes on after a sign-in', async () => {
    const stage = await open()
    await stage.signIn()
    const before = await stage.inPage(({ signInsAsked }) => signInsAsked.length)
    stage.api.revokeSessions()
    stage.api.expireAccessTokens()
    await stage.turnPage()
    await stage.widget().getByRole('heading', { name: 'Your session has ended' }).waitFor()
    const asked = await stage.inPage(({ signInsAsked }) => signInsAsked)
    expect(asked.slice(before)).toEqual(['rejected'])
    expect(await stage.widget().locator('tbody').count()).toBe(0)
    await stage.signIn()
    await stage.expectSound()
  })

  it('shows nothing of the former user when the page signs somebody else in', async () => {
    const stage = await open()
    await stage.signIn()
    await stage.run('signOut')
    await stage.widget().getByRole('button', { name: 'Sign in' }).waitFor()
    await stage.signIn({ email: 'grace@example.com', password: 'hopper' })
    await eventually(() => stage.widget().locator('tbody').textContent()).toContain('Grace Hopper')
    expect(await stage.widget().locator('tbody').textContent()).not.toContain('Ada Lovelace')
    await stage.expectSound()
  })

  it('is not signed in by a sign-in that answers 200 and asks for a second factor', async () => {
    const stage = await open()
    const typed = { email: 'alan@example.com', password: 'turing' }
    await expect(stage.run('signIn', typed)).rejects.toThrow(/without "access_token"/)
    expect((await stage.state()).status).toBe('unauthenticated')
    expect(stage.rowRequests).toEqual([])
    await stage.signIn()
    await stage.expectSound()
  })
})

describe("Baserow's dialect", () => {
  it.each([
    [401, 'ERROR_NO_PERMISSION_TO_TABLE', "The token doesn't have permission to access this table."],
    [401, 'PERMISSION_DENIED', 'You do not have the required permission.'],
    [401, 'ERROR_TOKEN_DOES_NOT_EXIST', "The provided token doesn't exist."],
    [401, 'ERROR_USER_NOT_ACTIVE', 'The user is not active.'],
    [401, 'ERROR_INVALID_TOKEN_HEADER', 'Invalid token header.'],
    [401, 'ERROR_TOKEN_GROUP_MISMATCH', 'The table does not belong to the workspace of the token.'],
    [409, 'ERROR_DATABASE_DEADLOCK', 'The database is busy.'],
    [401, undefined, 'Authentication credentials were not provided.'],
    [400, 'ERROR_USER_NOT_IN_GROUP', 'The user does not have access to the workspace.'],
    [404, 'ERROR_TABLE_DOES_NOT_EXIST', 'The requested table does not exist.'],
  ])('does not refresh for a %s with %s, and shows what the server says', async (status, error, detail) => {
    const stage = await open()
    await stage.signIn()
    stage.api.fail({ type: 'status', on: 'resource', status, body: JSON.stringify({ error, detail }), times: 9 })
    await stage.turnPage()
    await eventually(() => stage.widget().getByRole('alert').textContent()).toContain(detail)
    expect(stage.api.counts.refreshes).toBe(0)
    stage.api.heal()
    await stage.expectSound()
  })

  it('refreshes for ERROR_INVALID_ACCESS_TOKEN, and keeps the refresh token that the answer leaves out', async () => {
    const stage = await open({ server: { rotation: 'none' } })
    await stage.signIn()
    for (let expiry = 1; expiry <= 3; expiry++) {
      stage.api.expireAccessTokens()
      await stage.turnPage()
      await stage.expectPage(`${expiry * 25 + 1}–`)
    }
    expect(stage.leaks.tokens.refresh.size).toBe(1)
    expect(stage.api.counts.refreshes).toBe(3)
    await stage.expectSound()
  })

  it('asks for pages by number and for at most 200 rows, whatever the `next` links say', async () => {
    const stage = await open()
    await stage.page.route('**/rows/**', async (route) => {
      const response = await route.fetch()
      const body = (await response.text()).replaceAll('"next":"http:', '"next":"https:')
      await route.fulfill({ response, body })
    })
    await stage.signIn()
    await stage.turnPage()
    await stage.expectPage('26–50')
    const addresses = stage.rowRequests.map((request) => new URL(request.url()))
    expect(new Set(addresses.map(({ origin }) => origin))).toEqual(new Set([stage.apiUrl]))
    expect(Math.max(...addresses.map(({ searchParams }) => Number(searchParams.get('size'))))).toBeLessThanOrEqual(200)
    expect(addresses.at(-1)?.searchParams.get('page')).toBe('2')
  })
})
