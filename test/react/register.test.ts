import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const folder = join(root, 'reports', `register-${process.pid}`)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What an app says that registers its credentials with `entry`, and what its hooks know of them then. */
const appOf = (entry: string) => `
import { type AccessToken, AuthProvider, useAccessToken, useAuthClient } from '${entry}'
import { type AuthClient, type BaserowCredentials, baserow, createAuthClient } from 'authed/core'
import { expectTypeOf } from 'vitest'

interface Pin {
  pin: string
}

declare module '${entry}' {
  interface Register {
    credentials: Pin
  }
}

export function Screen() {
  const { signIn } = useAccessToken()
  expectTypeOf(signIn).toEqualTypeOf<AuthClient<Pin>['signIn']>()
  expectTypeOf(useAuthClient()).toEqualTypeOf<AuthClient<Pin>>()
  expectTypeOf<AccessToken['signIn']>().parameter(0).toEqualTypeOf<Pin>()
  // @ts-expect-error these are no registered credentials
  signIn({ pin: 1 })
  // The local way goes on, for the one screen of another client.
  expectTypeOf(useAuthClient<string>().signIn).parameter(0).toEqualTypeOf<string>()
  expectTypeOf(useAccessToken<string>().signIn).parameter(0).toEqualTypeOf<string>()
}

declare const client: AuthClient<Pin>
export const App = () => AuthProvider({ client })

const other = createAuthClient({ endpoint: baserow('https://api.test') })
// @ts-expect-error its sign-in takes something else than what is registered
export const Wrong = () => AuthProvider({ client: other })
export const Local = () => AuthProvider<BaserowCredentials>({ client: other })
`

/** What the compiler says of an app, in a program of its own: elsewhere nothing is registered. */
function complaintsOf(name: string, code: string) {
  const own = join(folder, name)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'app.ts'), code)
  const compilerOptions = { rootDir: '../../..', types: [] }
  const config = { extends: '../../../tsconfig.json', compilerOptions, include: ['.'] }
  writeFileSync(join(own, 'tsconfig.json'), JSON.stringify(config))
  return spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', own], { encoding: 'utf8' }).stdout
}

describe('Register', () => {
  it.each(['authed', 'authed/react'])('tells the hooks what sign-in takes, added to by way of %s', (entry) => {
    expect(complaintsOf(entry.replace('/', '-'), appOf(entry))).toBe('')
  })

  it('leaves it unknown where nothing is said', () => {
    const code = `
import { useAccessToken } from 'authed'
import { expectTypeOf } from 'vitest'
export const useSignIn = () => expectTypeOf(useAccessToken().signIn).parameter(0).toEqualTypeOf<unknown>()
`
    expect(complaintsOf('unregistered', code)).toBe('')
  })
})
