import type { Schedule } from './schedule.ts'

/** A promise of DESIGN §2 that was broken, by its number. */
export class BrokenPromise extends Error {
  readonly promise: number
  constructor(promise: number, text: string) {
    super(`Promise ${promise}: ${text}`)
    this.promise = promise
  }
}

/** Writes down what happens, and stops the run at the first broken promise. */
export function createVerdict(schedule: Schedule) {
  const notes: (number | string)[] = []
  let broken: BrokenPromise | undefined
  const note = (text: string) => void notes.push(schedule.now, text)
  return {
    /** Instants and what happened then, in turns. */
    notes,
    note,
    fail(promise: number, text: string) {
      if (broken) return
      broken = new BrokenPromise(promise, text)
      note(`✗ ${broken.message}`)
      schedule.stop()
    },
    get broken() {
      return broken
    },
  }
}

/** What is written down of a run. */
export type Verdict = ReturnType<typeof createVerdict>
