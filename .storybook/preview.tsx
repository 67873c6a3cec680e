import type { Preview } from '@storybook/react-vite'
import { setupWorker } from 'msw/browser'
import { mswLoader } from 'msw-storybook-addon/csf3'
import { configure } from 'storybook/test'
import { themes } from 'storybook/theming'
import { openStage } from '../stories/stage/stage.ts'
import { toServers } from '../stories/stage/toServers.ts'
import '../demo/app/styles/tokens.css'
import '../demo/app/styles/base.css'
import '../demo/app/styles/life.css'
import '../demo/app/styles/side.css'
import '../demo/app/styles/sign-in.css'
import '../demo/app/styles/table.css'
import '../stories/guides/guides.css'
import '../stories/stage/stage.css'
import '../stories/stage/situation.css'
import '../stories/situations/situations.css'

// Tokens are not refreshed more than once a second, and machines may be busy.
configure({ asyncUtilTimeout: 10_000 })

async function startWorker() {
  const worker = setupWorker(toServers)
  await worker.start({
    quiet: true,
    onUnhandledFrame: 'bypass',
    // Relative, so that the built stories work under any path.
    serviceWorker: { url: './mockServiceWorker.js' },
  })
  return worker
}

const loadWorker = mswLoader(startWorker)

const preview: Preview = {
  tags: ['autodocs'],
  loaders: [
    async (context) => {
      await loadWorker(context)
      return openStage(context)
    },
  ],
  parameters: {
    layout: 'padded',
    docs: { theme: themes.normal },
    a11y: { test: 'error' },
    // Who is new begins at the top.
    options: {
      storySort: {
        order: ['Guides', ['Getting started', 'Concepts', 'Recipes', 'Moving', 'Security', 'Errors', 'Appsmith']],
      },
    },
  },
}

export default preview
