import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = fileURLToPath(new URL('src', import.meta.url))

/** The unit tests of the core, as the mutation test runs them: one project, on the sources. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^authed$/, replacement: `${source}/index.ts` },
      { find: /^authed\/(\w+)$/, replacement: `${source}/$1/index.ts` },
    ],
  },
  test: {
    environment: 'node',
    include: ['test/core/**/*.test.ts', 'test/promises/**/*.test.ts', 'test/secrets.test.ts'],
  },
})
