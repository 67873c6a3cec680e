import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** The project's folder. */
export const root = resolve(import.meta.dirname, '../..')

const pagesIn = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.mdx?$/.test(name))
    .sort()
    .map((name) => `${folder}/${name}`)

/** Everything that is written for readers. */
export const pages: string[] = ['README.md', ...pagesIn('docs'), ...pagesIn('stories')]

/** The text of a page, or of any other file of the project. */
export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')

/** One piece of code on a page. */
export interface Block {
  page: string
  language: string
  code: string
  /** The module that it is, within its page's folder: as its first line says, or by its number. */
  file: string
}

const isModule = (language: string) => /^tsx?$/.test(language)

/** The code of a page, in its order. */
export function blocksOf(page: string): Block[] {
  const fences = [...textOf(page).matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm)]
  return fences.map(([, language = '', code = ''], index) => {
    const named = /^\/\/ (\S+\.tsx?)\n/.exec(code)?.[1]
    return { page, language, code, file: named ?? `block${index}.${language}` }
  })
}

/** All code that can be compiled and run. */
export const modules: Block[] = pages.flatMap(blocksOf).filter(({ language }) => isModule(language))

/** All code that cannot: commands and the like. */
export const otherBlocks: Block[] = pages.flatMap(blocksOf).filter(({ language }) => !isModule(language))

const gettingStarted = 'stories/guides/getting-started.mdx'

/** Packages that the examples import and that are not installed here, and the file that stands in for them. */
const absent = /from '(react-native|@react-native-async-storage\/async-storage|@react-native-community\/netinfo)'/g

/** The modules of all pages as files. */
export interface WrittenModules {
  folder: string
  fileOf(block: Block): string
  /** The client that a page imports from the first guide: its name within the page, and where it is. */
  sessionOf(page: string): { file: string; path: string } | undefined
  remove(): void
}

/** Writes every module to a folder of its page, where they find each other. */
export function writeModules(name: string): WrittenModules {
  const folder = join(root, 'reports', `${name}-${process.pid}`)
  const pathOf = (page: string, file: string) => join(folder, page.replaceAll(/\W/g, '_'), file)
  const write = (path: string, code: string) => {
    mkdirSync(dirname(path), { recursive: true })
    const standIn = code.replaceAll(absent, `from '${root}/test/docs/standIns.tsx'`)
    writeFileSync(path, `${standIn}\nexport {}\n`)
  }
  const isSession = ({ file }: Block) => basename(file) === 'session.ts'
  const firstGuide = modules.find((block) => block.page === gettingStarted && isSession(block)) as Block
  const sessionOf = (page: string) => {
    const own = modules.filter((block) => block.page === page)
    const asking = own.find(({ code }) => /from '\.\/session'/.test(code))
    if (!asking || own.some(isSession)) return undefined
    const file = join(dirname(asking.file), 'session.ts')
    return { file, path: pathOf(page, file) }
  }
  for (const block of modules) write(pathOf(block.page, block.file), block.code)
  for (const page of pages) {
    const session = sessionOf(page)
    if (session) write(session.path, firstGuide.code)
  }
  return {
    folder,
    fileOf: ({ page, file }) => pathOf(page, file),
    sessionOf,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
