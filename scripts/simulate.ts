/**
 * Plays simulated runs: `npm run simulate -- --seeds 100000 --from 1 --jobs 2`. Ends with 1 where a promise is broken, and
 * shows the shortest story of each job's first one. `--show 1` shows the whole timeline of one seed. The seed chooses how the
 * session is stored, unless `--storage` does.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { StorageKind } from '../test/simulation/disk.ts'
import { libraryIn } from '../test/simulation/library.ts'
import { playSeed } from '../test/simulation/run.ts'
import { shrink, timelineOf } from '../test/simulation/shrink.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    storage: { type: 'string' },
    show: { type: 'string' },
  },
})
const [seeds, from, jobs] = [Number(values.seeds), Number(values.from), Number(values.jobs)]
const storage = values.storage as StorageKind | undefined

function startJob(job: number): Promise<number> {
  const share = Math.ceil(seeds / jobs)
  const own = Math.min(share, seeds - job * share)
  const words = ['--seeds', `${own}`, '--from', `${from + job * share}`, ...(storage ? ['--storage', storage] : [])]
  return new Promise((resolve) => {
    spawn(process.execPath, [import.meta.filename, ...words], { stdio: 'inherit' }).on('exit', (code) =>
      resolve(code ?? 1),
    )
  })
}

async function runJob() {
  const library = await libraryIn(fileURLToPath(new URL('../src/core', import.meta.url)))
  const started = Date.now()
  const broken: number[] = []
  const sums = { steps: 0, requests: 0, rotations: 0, excuses: 0 }
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await playSeed(library, seed, storage)
    sums.steps += result.steps
    sums.requests += result.figures.requests
    sums.rotations += result.figures.rotations
    sums.excuses += result.figures.excuses
    if (result.broken) {
      console.log(`seed ${seed}: ${result.broken.message}`)
      if (broken.length === 0) console.log(timelineOf(await shrink(library, result)))
      broken.push(seed)
    }
    const done = seed - from + 1
    const pace = Math.round((done / (Date.now() - started)) * 1000)
    if (done % 5_000 === 0) console.log(`${from} to ${seed}: ${broken.length} broken, ${pace} seeds/s`)
  }
  const seconds = Math.round((Date.now() - started) / 1000)
  const { steps, requests, rotations, excuses } = sums
  console.log(
    `${seeds} seeds from ${from} in ${seconds} s: ${broken.length} broken ${broken.join(' ')}; ${steps} steps, ` +
      `${requests} refresh requests, ${rotations} rotations, ${excuses} sent again because the answer was lost`,
  )
  return broken.length ? 1 : 0
}

if (values.show) {
  const library = await libraryIn(fileURLToPath(new URL('../src/core', import.meta.url)))
  console.log(timelineOf(await playSeed(library, Number(values.show), storage)))
} else if (jobs > 1) {
  process.exitCode = Math.max(...(await Promise.all(Array.from({ length: jobs }, (_, job) => startJob(job)))))
} else process.exitCode = await runJob()
