import type { StorageKind } from './disk.ts'

/** A deliberate bug: what stands in a file of the core, and what stands there instead. */
export interface Bug {
  name: string
  changes?: [file: string, right: string, wrong: string][]
  storage?: StorageKind
  /** A seed that catches it, where it takes many: such bugs need more coincidences than a short search brings. */
  seed?: number
}

/** Each must break a promise. */
export const bugs: Bug[] = [
  {
    name: 'no lock between tabs',
    changes: [['refresher.ts', '(lock ? lock.run(key, task) : serve(own))', 'serve(own)']],
  },
  { name: 'localStorage instead of IndexedDB', storage: 'localStorage' },
  {
    name: 'the record is not read again under the lock',
    changes: [
      [
        'refresher.ts',
        'let before = await readAwake(session ? 5 : 2)',
        'let before = { ...(await readAwake(2)), session: undefined }',
      ],
    ],
  },
  {
    name: 'the lock is let go before the new tokens are written',
    changes: [
      [
        'refresher.ts',
        'return await commit({ reading: before, session: next, signal })',
        "void commit({ reading: before, session: next, signal })\n      return { type: 'refreshed', session: next }",
      ],
    ],
  },
  {
    name: 'the lock is let go although the write has failed',
    changes: [['refresher.ts', "writing === 'failed' && reading.text ? next : undefined", 'undefined']],
  },
  {
    name: 'new tokens are written over whatever stands there',
    changes: [
      [
        'record.ts',
        'attempt(() => swap(reading.text, textOf(session)))',
        'attempt(async () => (await put(textOf(session)), reading.text !== null))',
      ],
    ],
  },
  {
    name: 'what stands in the storage counts as news, also where it is older than what this tab knows',
    changes: [
      ['tokens.ts', 'found.revision > known.revision', 'found.revision !== known.revision'],
      ['record.ts', '!answer || (outdated && outdated.text === text)', '!answer'],
    ],
  },
  {
    name: 'a late answer counts after sign-out and after another sign-in',
    changes: [
      ['machine.ts', "if ('generation' in event && event.generation !== state.generation) return [state, []]\n", ''],
      ['engine.ts', 'abort.abort(explainEnd())\n', ''],
      ['refresher.ts', "if (writing !== 'changed') {", "if (writing !== ('never' as string)) {"],
    ],
  },
  {
    name: 'a waiting caller gets the token of the user who has signed in meanwhile',
    changes: [['waiters.ts', 'former && former.userId !== session.userId', 'false as boolean']],
  },
  {
    name: 'sign-out is not told to the storage',
    changes: [['client.ts', 'await record.write(undefined)', 'await Promise.resolve()']],
  },
  {
    name: '503 is taken for the end of the session',
    changes: [['endpoints/exchange.ts', '[400, 401, 403]', '[400, 401, 403, 503]']],
  },
  {
    name: '429 is taken for the end of the session',
    changes: [['endpoints/exchange.ts', '[400, 401, 403]', '[400, 401, 403, 429]']],
  },
  {
    name: 'a dropped connection is taken for the end of the session',
    changes: [['errors.ts', '/^(signed_out|', '/^(network|signed_out|']],
  },
  {
    name: 'Retry-After is ignored',
    changes: [['machine.ts', 'error.retryAfter === undefined ? 0 : now + error.retryAfter', '0']],
  },
  {
    name: 'a failed refresh is never tried again',
    changes: [['machine.ts', 'error, retryAt, notBefore }', 'error, retryAt: Infinity, notBefore: Infinity }']],
  },
  {
    name: 'a token is handed out until it dies, without a margin',
    changes: [['tokens.ts', 'waitAt: expiresAt - Math.min(expiryMargin, lifetime * 0.1)', 'waitAt: expiresAt']],
  },
  {
    name: 'the margin is not capped by the lifetime',
    changes: [['tokens.ts', 'Math.min(expiryMargin, lifetime * 0.1)', 'expiryMargin']],
  },
  {
    name: 'the background refresh is not capped by the lifetime',
    changes: [['tokens.ts', 'Math.min(refreshAhead, lifetime * 0.2)', 'refreshAhead']],
  },
  {
    name: 'the lifetime counts from the answer, not from the request',
    changes: [
      [
        'refresher.ts',
        'const next = nextSession({ ...settings, previous, response, sentAt,',
        'const next = nextSession({ ...settings, previous, response, sentAt: sentAt > 0 ? clock.now() : 0,',
      ],
    ],
  },
  {
    name: 'a 401 is not answered with a replay',
    changes: [['authFetch.ts', 'if (response.status !== 401', 'if (response.status !== 499']],
  },
  {
    name: 'every 401 is followed by one more replay',
    changes: [
      [
        'authFetch.ts',
        'return send(next)',
        'return (async function again(token: string): Promise<Response> {\n      const answer = await send(token)\n      return answer.status === 401 ? again(await tokens.replaceToken(token, { signal })) : answer\n    })(next)',
      ],
    ],
  },
  {
    name: 'a 401 refreshes without asking which token earned it',
    changes: [['client.ts', 'token === engine.state.session?.accessToken', 'token.length > 0']],
  },
  {
    name: 'fresh tokens that the API refuses are refreshed without a limit',
    changes: [['machine.ts', 'export const earlyLimit = 10', 'export const earlyLimit = Infinity']],
  },
  {
    name: 'a stuck lock is waited for without an end',
    changes: [['lock.ts', 'clock.setTimeout(() => waiting.abort(), patience)', 'undefined']],
  },
  {
    name: 'the lock is taken from a holder that lives',
    changes: [['lock.ts', 'const lives = !before || (await isHolderAlive()) ||', 'const lives = !before ||']],
  },
  {
    name: 'a request may take for ever',
    changes: [['ask.ts', 'clock,\n    timeLimit,\n    (signal)', 'clock,\n    2 ** 40,\n    (signal)']],
  },
  {
    name: 'a clock that is set back goes unnoticed',
    changes: [['engine.ts', 'if (by > 0) apply', 'if (by > Infinity) apply']],
  },
  {
    name: 'a token from the future is trusted',
    changes: [
      [
        'tokens.ts',
        'obtainedAt - now > Math.min(1_000, (expiresAt - obtainedAt) * 0.1)',
        'obtainedAt - now > expiresAt * 2',
      ],
    ],
  },
  {
    name: 'nobody looks at what other tabs have stored',
    changes: [
      ['engine.ts', 'if (silent || engine.state.session', 'if (known?.id !== "" || silent || engine.state.session'],
    ],
  },
  {
    name: 'localStorage without its fence',
    storage: 'fenced localStorage',
    changes: [['storage/localStorage.ts', 'seenWrites(key) < writes; turn++', 'seenWrites(key) < 0; turn++']],
  },
  {
    name: 'a write to localStorage that IndexedDB does not count',
    storage: 'fenced localStorage',
    changes: [['storage/localStorage.ts', 'return writes\n', 'return counted\n']],
  },
  {
    name: 'new tokens are written to localStorage over whatever stands there',
    storage: 'fenced localStorage',
    changes: [
      ['storage/localStorage.ts', '(localStorage.getItem(key) ?? undefined) === expected', '(true as boolean)'],
    ],
  },
  {
    name: 'no lease where there are no locks',
    storage: 'lease',
    changes: [['lock.ts', 'while (!(await claimed()))', 'while (!(await claimed()) && owner < 0)']],
  },
  {
    name: 'the lease is shorter than a request takes',
    storage: 'lease',
    changes: [['lock.ts', 'const leaseLength = patience + 10_000', 'const leaseLength = 50']],
  },
  {
    name: 'a tab lets go of a lease that is another’s',
    storage: 'lease',
    changes: [['lock.ts', 'held?.by === owner ? undefined : held', 'held && undefined']],
  },
]
