import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { appsmithCdn } from './appsmith/cdn.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The demo runs on the sources, so what is seen is what was just written. */
export default defineConfig({
  root: here('.'),
  cacheDir: here('../node_modules/.vite-demo'),
  plugins: [react(), appsmithCdn()],
  resolve: {
    alias: [
      { find: /^authed$/, replacement: here('../src/index.ts') },
      { find: /^authed\/(\w+)$/, replacement: `${here('../src')}/$1/index.ts` },
    ],
  },
  optimizeDeps: {
    include: ['react', 'react-dom', 'react-dom/client', 'react/jsx-dev-runtime', '@tanstack/react-query', 'jwt-decode'],
  },
  // Nothing is watched: a demo that reloads while it is looked at would forget what it has lived through.
  server: { strictPort: false, fs: { allow: [here('..')] }, watch: null, hmr: false },
})
