import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin'
import react from '@vitejs/plugin-react'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { findBrowser } from './scripts/browsers.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** Every public entry is the index of a folder of `src`, as `exports` of package.json says. */
const entries = [
  'index',
  ...readdirSync(here('src')).flatMap((name) => (existsSync(here(`src/${name}/index.ts`)) ? `${name}/index` : [])),
].filter((name) => name !== 'query/index' && existsSync(here(`src/${name}.ts`)))

/** With AUTHED_DIST set the tests import the built package instead of the sources. */
const authed = process.env.AUTHED_DIST
  ? [
      { find: /^authed$/, replacement: here('dist/index.js') },
      { find: /^authed\/(\w+)$/, replacement: `${here('dist')}/$1/index.js` },
    ]
  : [
      { find: /^authed$/, replacement: here('src/index.ts') },
      { find: /^authed\/(\w+)$/, replacement: `${here('src')}/$1/index.ts` },
    ]

const react18 = [
  // Its CommonJS entry would load the react-dom beside it, past these aliases.
  {
    find: /^@testing-library\/react$/,
    replacement: here('node_modules/@testing-library/react/dist/@testing-library/react.esm.js'),
  },
  { find: /^react$/, replacement: here('test/react-18/node_modules/react') },
  { find: /^react\/(.*)$/, replacement: `${here('test/react-18/node_modules/react')}/$1` },
  { find: /^react-dom$/, replacement: here('test/react-18/node_modules/react-dom') },
  { find: /^react-dom\/(.*)$/, replacement: `${here('test/react-18/node_modules/react-dom')}/$1` },
]

const reactTests = ['test/react/**/*.test.tsx', 'test/query/**/*.test.tsx', 'test/devtools/**/*.test.tsx']

export default defineConfig({
  plugins: [react()],
  resolve: { alias: authed },
  build: {
    target: 'es2022',
    minify: false,
    sourcemap: true,
    lib: {
      entry: Object.fromEntries(entries.map((name) => [name, here(`src/${name}.ts`)])),
      formats: ['es'],
    },
    rolldownOptions: {
      external: [/^react(-dom)?($|\/)/, /^@tanstack\//, 'jwt-decode', 'jose'],
      // One file each, as in `src`: a bundler takes what it needs, a reader finds what he looks for.
      output: { preserveModules: true, preserveModulesRoot: here('src'), entryFileNames: '[name].js' },
    },
  },
  test: {
    // What hangs ends; a busy machine may take its time.
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/browser/**', 'test/servers/**', ...reactTests, '**/node_modules/**'],
        },
      },
      { extends: true, test: { name: 'react', environment: 'jsdom', include: reactTests } },
      {
        extends: true,
        resolve: { alias: react18 },
        test: {
          name: 'react-18',
          environment: 'jsdom',
          include: reactTests,
          server: { deps: { inline: [/@tanstack/, /@testing-library/] } },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/**/*.test.ts'],
          // Three engines on a busy machine: a browser that stops answering is started anew, once.
          retry: 1,
          expect: { poll: { timeout: 20_000 } },
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          environment: 'node',
          include: ['test/servers/**/*.test.ts'],
          testTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        plugins: [storybookTest({ configDir: here('.storybook') })],
        test: {
          name: 'storybook',
          browser: {
            enabled: true,
            headless: true,
            provider: playwright({
              launchOptions: { executablePath: findBrowser('chromium'), args: ['--no-sandbox', '--disable-gpu'] },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
