import { fileURLToPath } from 'node:url'
import type { StorybookConfig } from '@storybook/react-vite'
import { msw } from 'msw/vite'
import { mergeConfig } from 'vite'
import { appsmithPanes } from './appsmithPanes.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const config: StorybookConfig = {
  stories: ['../stories/**/*.mdx', '../stories/**/*.stories.tsx'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest', 'msw-storybook-addon'],
  framework: {
    name: '@storybook/react-vite',
    options: { builder: { viteConfigPath: '.storybook/vite.config.ts' } },
  },
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  typescript: { reactDocgen: 'react-docgen' },
  viteFinal: (own) =>
    mergeConfig(own, {
      plugins: [msw({ mode: 'worker-only' }), appsmithPanes()],
      // Known from the start: a dependency that turns up later makes the page reload in the midst of a story.
      optimizeDeps: {
        include: [
          '@tanstack/react-devtools',
          '@tanstack/react-query',
          '@tanstack/react-table',
          '@tanstack/react-virtual',
          'jose',
          'jwt-decode',
          'react-dom',
          'react-dom/client',
          'react-dom/server.browser',
          'zod',
        ],
      },
      resolve: {
        alias: [
          { find: /^authed$/, replacement: here('../src/index.ts') },
          { find: /^authed\/(\w+)$/, replacement: `${here('../src')}/$1/index.ts` },
        ],
      },
    }),
}

export default config
