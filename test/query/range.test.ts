import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const textOf = (file: string) => readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8')

describe('the README', () => {
  it('asks for the TanStack Query that the package asks for', () => {
    const { peerDependencies } = JSON.parse(textOf('package.json'))
    const [, lowest] = /^\^(5\.\d+)\.0$/.exec(peerDependencies['@tanstack/react-query']) ?? []
    expect(textOf('README.md').replaceAll(/\s+/g, ' ')).toContain(`TanStack Query ${lowest} or later`)
  })
})
