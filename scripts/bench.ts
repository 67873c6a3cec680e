/** Prints how fast the paths are that an app walks often. Ratios within one run; nothing here passes or fails. */
import { startServer } from '../demo/server.ts'
import { createAuthClient, jsonTokenEndpoint, memoryStorage } from '../src/core/index.ts'

const median = (values: number[]) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)] as number

/** Nanoseconds per call, the median of several rounds. */
function nanoseconds(work: () => unknown, calls = 2_000_000): number {
  const round = () => {
    const started = process.hrtime.bigint()
    for (let call = 0; call < calls; call++) kept = work()
    return Number(process.hrtime.bigint() - started) / calls
  }
  round()
  return median(Array.from({ length: 9 }, round))
}
export let kept: unknown

const { url, server, close } = await startServer({ port: 0, accessTokenLifetime: 3_600_000 })
const endpoint = jsonTokenEndpoint({ signIn: `${url}/auth/login`, refresh: `${url}/auth/refresh` })
const ada = { email: 'ada@example.com', password: 'lovelace' }

const client = createAuthClient({ endpoint, storage: memoryStorage() })
await client.signIn(ada)
const expiresAt = client.getState().expiresAt as number
const bare = nanoseconds(() => (Date.now() < expiresAt ? 'token' : undefined))
const peek = nanoseconds(() => client.peekAccessToken())

async function asyncNanoseconds(calls = 300_000): Promise<number> {
  const rounds: number[] = []
  for (let round = 0; round < 9; round++) {
    const started = process.hrtime.bigint()
    for (let call = 0; call < calls; call++) kept = await client.getAccessToken()
    rounds.push(Number(process.hrtime.bigint() - started) / calls)
  }
  return median(rounds)
}
const get = await asyncNanoseconds()
console.table({
  'Date.now() compared with a number': { 'ns per call': bare.toFixed(1), ratio: 1 },
  peekAccessToken: { 'ns per call': peek.toFixed(1), ratio: (peek / bare).toFixed(2) },
  'await getAccessToken()': { 'ns per call': get.toFixed(1), ratio: (get / bare).toFixed(2) },
})

/** What one would write by hand: one promise, no lock, no retry, no margin. */
function handWritten(refreshToken: string) {
  let flight: Promise<string> | undefined
  let current = refreshToken
  const refresh = async () => {
    const body = JSON.stringify({ refresh_token: current })
    const headers = { 'content-type': 'application/json' }
    const answer = await (await fetch(`${url}/auth/refresh`, { method: 'POST', headers, body })).json()
    current = answer.refresh_token
    return answer.access_token as string
  }
  const token = () => {
    flight ??= refresh().finally(() => {
      flight = undefined
    })
    return flight
  }
  return async () =>
    (await fetch(`${url}/api/rows?size=1`, { headers: { authorization: `Bearer ${await token()}` } })).status
}

const burst = 50
const rounds = 30
const times = { authed: [] as number[], byHand: [] as number[] }
const statuses = new Map<number, number>()
const timed = async (into: number[], call: () => Promise<number>) => {
  const started = performance.now()
  const answers = await Promise.all(Array.from({ length: burst }, call))
  into.push(performance.now() - started)
  for (const status of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1)
}
let now = Date.now()
const clock = { now: () => now, setTimeout, clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout) }
const sleeper = createAuthClient({ endpoint, storage: memoryStorage(), clock })
await sleeper.signIn(ada)
const login = await fetch(`${url}/auth/login`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(ada),
})
const byHand = handWritten((await login.json()).refresh_token)
const before = server.counts.refreshes
for (let round = 0; round < rounds; round++) {
  now += 3_600_000
  const one = () => timed(times.authed, async () => (await sleeper.fetch(`${url}/api/rows?size=1`)).status)
  const other = () => timed(times.byHand, byHand)
  // Turn about, so that neither always runs on the warmer machine.
  for (const turn of round % 2 ? [one, other] : [other, one]) await turn()
}
const refreshes = server.counts.refreshes - before
console.table({
  'hand-written single flight': { 'ms per burst': median(times.byHand).toFixed(2), ratio: 1 },
  authed: {
    'ms per burst': median(times.authed).toFixed(2),
    ratio: (median(times.authed) / median(times.byHand)).toFixed(3),
  },
})
console.log(
  `${rounds} bursts of ${burst} calls on an expired token, each way: ${refreshes} refreshes for ${2 * rounds} bursts,`,
)
console.log(`answers by status: ${[...statuses].map(([status, count]) => `${status} × ${count}`).join(', ')}`)
await close()
