import type { Bug } from './bugs.ts'

/** Bugs that the core had until the simulation found them. */
export const pastBugs: Bug[] = [
  {
    name: 'a tab asks for the lock again while it waits for it, and robs itself',
    changes: [
      ['refresher.ts', 'if (grip) return interrupt()', 'if (grip?.held) return interrupt()'],
      ['machine.ts', 'inFlight: state.inFlight }', 'inFlight: false }'],
    ],
  },
  {
    name: 'news of another tab let a second attempt start beside the first',
    changes: [['machine.ts', 'inFlight: state.inFlight }', 'inFlight: false }']],
  },
  {
    name: 'a tab that has just signed in takes over what the storage still shows',
    changes: [['record.ts', 'await writing\n      const known', 'const known']],
  },
  {
    name: 'a token of a tab whose clock is 100 ms ahead is one from the future',
    changes: [
      [
        'tokens.ts',
        'obtainedAt - now > Math.min(1_000, (expiresAt - obtainedAt) * 0.1)',
        'obtainedAt > now || expiresAt < 0',
      ],
    ],
  },
  {
    name: 'a clock set back is noticed only after the session of another tab was taken over',
    changes: [
      ['engine.ts', 'if (by > 0) apply(', "if (by > 0 && event.type === 'ticked') apply("],
      ['engine.ts', '    engine.seenAt = now\n', "    if (event.type === 'ticked') engine.seenAt = now\n"],
    ],
  },
  {
    name: 'an attempt that was overtaken and fails is never over',
    changes: [['engine.ts', "outcome = { type: 'adopted', session: current }\n", 'return\n']],
  },
  {
    name: 'tabs that lose patience together take the lock from each other',
    changes: [
      ['lock.ts', '|| before !== (await holderOf(key))', '|| before === ""'],
      ['lock.ts', 'await wait(stealing, rob)', 'await rob().then(() => true)'],
    ],
  },
  {
    name: 'a tab that freezes while it is about to take the lock keeps all others from it',
    changes: [
      [
        'lock.ts',
        'if (!robber || robber !== (await holderOf(stealing))) throw busy()',
        'if (!robber || robber.length > 0) throw busy()',
      ],
    ],
  },
  {
    name: 'a tab that is robbed of its place in the queue goes on with a lease beside the others',
    changes: [
      [
        'lock.ts',
        "if ((error as Error).name === 'AbortError') throw busy()",
        "if ((error as Error).name === 'Never') throw busy()",
      ],
    ],
  },
  {
    name: 'a sign-out removes the session that another tab has begun since',
    seed: 39412,
    changes: [['record.ts', 'session || !read ? put(textOf(session)) : clear(before)', 'put(textOf(session))']],
  },
  {
    name: 'the lease is not renewed while the storage does not take the new tokens',
    storage: 'lease',
    changes: [
      ['lock.ts', 'renewal = clock.setTimeout(renew, renewalPause)\n  })', 'renewal = renew && undefined\n  })'],
    ],
  },
  {
    name: 'a lease of a tab whose clock is a little ahead is one from the future',
    storage: 'lease',
    changes: [['lock.ts', 'own.until + 1_000', 'own.until']],
  },
  {
    name: 'a database that is slow is taken for none, and so there is no lease',
    storage: 'lease',
    changes: [['lock.ts', '!isAuthError(error) || !isDatabaseFound() || giveUp()', 'error !== undefined']],
  },
  {
    name: 'a storage that is slow is taken for one that is silent',
    storage: 'fenced localStorage',
    changes: [['refresher.ts', 'reading.late || clock.now()', 'clock.now()']],
  },
  {
    name: 'a storage that is slow for six seconds is done without',
    storage: 'fenced localStorage',
    seed: 50562,
    changes: [['refresher.ts', 'readAwake(session ? 5 : 2)', 'readAwake(2)']],
  },
  {
    name: 'who lets the lock go does not tell who is making sure whether it lives',
    seed: 60004339,
    changes: [['refresher.ts', "tell({ type: 'answered' })\n    grip = undefined", 'grip = undefined']],
  },
  {
    name: 'a tab that slept while it claimed the lease begins with one that is about to run out',
    storage: 'lease',
    seed: 60086262,
    changes: [['lock.ts', 'isFree && clock.now() - askedAt < renewalPause', 'isFree && askedAt > 0']],
  },
  {
    name: 'what a tab could not replace once is no news to it ever after',
    seed: 90011758,
    changes: [['record.ts', 'if (answer && outdated === known && known?.text !== text) outdated = undefined', '']],
  },
]
