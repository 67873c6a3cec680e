import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A page of the Storybook: a story, or a page of the documentation. */
export interface Entry {
  id: string
  title: string
  name: string
  type: 'story' | 'docs'
}

/** What a built Storybook holds, in the order of its sidebar. */
export function readEntries(folder: string): Entry[] {
  const { entries } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))
  return Object.values(entries)
}
