// @vitest-environment jsdom
import { cleanup } from '@testing-library/react'
import type { AuthClient } from 'authed'
import type { ComponentType } from 'react'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Block, modules, pages, writeModules } from './pages.ts'
import { type Modules, plays } from './plays.tsx'
import { openSession, openStage, show } from './stage.tsx'

const { fileOf, sessionOf, remove } = writeModules('run')
const load = (file: string): Promise<Modules[string]> => import(/* @vite-ignore */ file)
const isTest = ({ code }: Block) => /from 'vitest'/.test(code)
const isComponent = (value: unknown, name: string): value is ComponentType =>
  typeof value === 'function' && /^[A-Z]/.test(name)

let stage: Awaited<ReturnType<typeof openStage>>

afterAll(remove)

describe('the code on', () => {
  beforeEach(async () => {
    stage = await openStage()
  })
  afterEach(async () => {
    cleanup()
    await stage.close()
  })

  const withCode = pages.filter((page) => modules.some((block) => block.page === page && !isTest(block)))
  it.each(withCode)('%s runs', async (page) => {
    const loaded: Modules = {}
    for (const block of modules.filter((block) => block.page === page && !isTest(block))) {
      loaded[block.file] = await load(fileOf(block))
    }
    const session = sessionOf(page)
    if (session) loaded[session.file] ??= await load(session.path)
    const play = plays[page] ?? renderAll
    await play(loaded, stage.server)
    expect(stage.complaints).toEqual([])
  })

  it('is played by what exists', () => {
    expect(Object.keys(plays).filter((page) => !withCode.includes(page))).toEqual([])
  })
})

async function renderAll(loaded: Modules) {
  for (const exported of Object.values(loaded)) {
    const client: AuthClient = await openSession()
    for (const [name, value] of Object.entries(exported)) {
      if (!isComponent(value, name)) continue
      show(value, client)
      cleanup()
    }
  }
}

// Examples of tests are tests.
describe.each(modules.filter(isTest))('the tests of $page in $file', async (block) => {
  await load(fileOf(block))
})
