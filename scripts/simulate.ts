/** Plays simulated runs: `npm run simulate -- --seeds 100000 --from 1 --jobs 2`. Ends with 1 where a promise is broken. */
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { run, shrink } from '../test/simulation/run.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    storage: { type: 'string', default: 'indexedDB' },
  },
})
const [seeds, from, jobs] = [Number(values.seeds), Number(values.from), Number(values.jobs)]
const storage = values.storage as 'indexedDB' | 'localStorage'

if (jobs > 1) {
  const share = Math.ceil(seeds / jobs)
  const child = (job: number) =>
    new Promise<number>((resolve) => {
      const words = [
        '--seeds',
        `${Math.min(share, seeds - job * share)}`,
        '--from',
        `${from + job * share}`,
        '--storage',
        storage,
      ]
      spawn(process.execPath, [import.meta.filename, ...words], { stdio: 'inherit' }).on('exit', (code) =>
        resolve(code ?? 1),
      )
    })
  process.exitCode = Math.max(...(await Promise.all(Array.from({ length: jobs }, (_, job) => child(job)))))
} else {
  const started = Date.now()
  const broken: number[] = []
  let refreshes = 0
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await run(seed, { storage })
    refreshes += result.refreshes
    if (result.broken) broken.push(seed)
    if (result.broken && broken.length === 1) {
      const shortest = await shrink(seed, { storage })
      console.log(`seed ${seed}: ${result.broken.message}\n${shortest.timeline.join('\n')}`)
    }
    const done = seed - from + 1
    if (done % 5_000 === 0)
      console.log(
        `${from}–${seed}: ${broken.length} broken, ${Math.round((done / (Date.now() - started)) * 1000)} seeds/s`,
      )
  }
  const seconds = Math.round((Date.now() - started) / 1000)
  console.log(
    `${seeds} seeds from ${from}: ${broken.length} broken ${broken.join(' ')}; ${refreshes} refreshes in ${seconds} s`,
  )
  process.exitCode = broken.length ? 1 : 0
}
