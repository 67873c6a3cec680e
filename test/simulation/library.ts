import { pathToFileURL } from 'node:url'
import type { Library } from './tab.ts'

/** The core as it stands in a folder: the real one, or a copy with a deliberate bug. */
export async function libraryIn(folder: string): Promise<Library> {
  const load = (file: string) => import(pathToFileURL(`${folder}/${file}`).href)
  const [core, { isHolderAlive }] = await Promise.all([load('index.ts'), load('channel.ts')])
  return { ...core, isHolderAlive }
}
