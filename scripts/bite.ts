/** Shows that the simulation bites: each deliberate bug below must break a promise within a few hundred seeds. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type RunOptions, run } from '../test/simulation/run.ts'

interface Bug {
  name: string
  /** File below `src/core`, what stands there, and what stands there instead. */
  change?: [file: string, right: string, wrong: string]
  options?: RunOptions
}

const bugs: Bug[] = [
  { name: 'no lock between tabs', options: { lock: () => ({ name: 'none', run: (_, task) => task() }) } },
  { name: 'localStorage instead of IndexedDB', options: { storage: 'localStorage' } },
  {
    name: 'the record is not read again under the lock',
    change: [
      'refresher.ts',
      'const before = await record.read()',
      'const before: Reading = { session: order.session, silent: true }',
    ],
  },
  {
    name: 'the lock is released before the new token is written',
    change: [
      'refresher.ts',
      'const writing = await record.replace(before, session)',
      "const writing = 'written' as string; void record.replace(before, session)",
    ],
  },
  {
    name: 'the new token is written over whatever stands there',
    change: [
      'record.ts',
      'const answer = await attempt(() => swap(reading.text, textOf(session)))',
      'const answer = await attempt(async () => { await put(textOf(session)); return true })',
    ],
  },
  {
    name: 'a late answer of a former session counts',
    change: ['machine.ts', 'event.generation === state.generation\n        ? [holding', 'true\n        ? [holding'],
  },
  {
    name: 'sign-out is not told to the storage',
    change: ['client.ts', 'await store(undefined)', 'await Promise.resolve()'],
  },
  {
    name: '503 is taken for the end of the session',
    change: ['errors.ts', '/^(signed_out|', '/^(server|signed_out|'],
  },
  {
    name: 'a dropped connection is taken for the end of the session',
    change: ['errors.ts', '/^(signed_out|', '/^(network|signed_out|'],
  },
  {
    name: 'a token is handed out until it is dead, without a margin',
    change: ['tokens.ts', 'waitAt: expiresAt - Math.min(expiryMargin, lifetime * 0.1)', 'waitAt: expiresAt + 500'],
  },
  {
    name: 'the margin is not capped by the lifetime',
    change: ['tokens.ts', 'Math.min(expiryMargin, lifetime * 0.1)', 'expiryMargin'],
  },
  {
    name: 'a 401 is not replayed',
    change: ['authFetch.ts', 'if (response.status !== 401', 'if (response.status !== 499'],
  },
  {
    name: 'a stuck lock is waited for without end',
    change: ['lock.ts', 'clock.setTimeout(() => waiting.abort(), patience)', 'undefined'],
  },
  {
    name: 'a lock is stolen from a holder that lives',
    change: [
      'lock.ts',
      'if ((await isHolderAlive()) || before !== (await holderOf(locks, key))) throw busy()',
      'void before',
    ],
  },
  {
    name: 'the lock is let go although the write has failed',
    change: [
      'refresher.ts',
      "[{ type: 'obtained', session }, writing === 'failed' && before.text ? before : undefined]",
      "[{ type: 'obtained', session }]",
    ],
  },
  {
    name: 'a time limit does not end the waiting',
    change: [
      'within.ts',
      'Promise.resolve(task(controller.signal)).then(resolve, reject)',
      'resolve(task(controller.signal))',
    ],
  },
  {
    name: 'a clock that is set back goes unnoticed',
    change: ['engine.ts', 'if (now < engine.seenAt) dispatch', 'if (false as boolean) dispatch'],
  },
  {
    name: 'messages of other tabs are not heard, nor is the storage looked at on wake',
    change: ['engine.ts', 'if (silent || !engine.state.restored', 'if (true || !engine.state.restored'],
  },
  {
    name: 'a failed refresh is never tried again',
    change: [
      'machine.ts',
      'failureCount: state.failureCount + 1, error, retryAt, notBefore',
      'failureCount: state.failureCount + 1, error, retryAt: Infinity, notBefore: Infinity',
    ],
  },
]

const root = fileURLToPath(new URL('..', import.meta.url))
const most = Number(process.argv[2] ?? 2_000)

/** A copy of the core with one thing changed. Fails where that thing is no longer there. */
async function mutant([file, right, wrong]: [string, string, string], index: number) {
  const folder = `${root}reports/bite/${index}`
  mkdirSync(folder, { recursive: true })
  cpSync(`${root}src/core`, folder, { recursive: true })
  const text = readFileSync(`${folder}/${file}`, 'utf8')
  if (!text.includes(right)) throw new Error(`${file} no longer holds: ${right}. Mend the list of bugs.`)
  writeFileSync(`${folder}/${file}`, text.replace(right, wrong))
  return import(pathToFileURL(`${folder}/index.ts`).href)
}

// A broken core may leave promises behind that nobody waits for; the referee has seen what matters.
process.on('unhandledRejection', () => {})
rmSync(`${root}reports/bite`, { recursive: true, force: true })
const rows = []
for (const [index, { name, change, options }] of bugs.entries()) {
  const library = change && (await mutant(change, index))
  let seed = 1
  let broken: Error | undefined
  for (; seed <= most && !broken; seed++) broken = (await run(seed, { library, ...options })).broken
  const row = {
    bug: name,
    seeds: broken ? seed - 1 : `none of ${most}`,
    promise: broken?.message.match(/promise (\d)/)?.[1] ?? '',
  }
  rows.push(row)
  console.log(`${String(row.seeds).padStart(12)}  ${row.promise || '-'}  ${name}`)
}
const missed = rows.filter(({ promise }) => !promise)
const table = rows.map(({ bug, seeds, promise }) => `| ${bug} | ${promise} | ${seeds} |`).join('\n')
writeFileSync(
  `${root}test/simulation/BITE.md`,
  `# What the simulation catches\n\nWritten by \`npm run simulate:bite\`: each deliberate bug, the promise that it broke, and how many seeds that took.\n\n| bug | promise | seeds |\n|---|---|---|\n${table}\n`,
)
rmSync(`${root}reports/bite`, { recursive: true, force: true })
process.exitCode = missed.length ? 1 : 0
