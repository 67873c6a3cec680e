import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { buildCdnFile, type CdnFile, cdnFiles } from '../../scripts/cdn.ts'

const react = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../test/react-18/node_modules/${name}`, import.meta.url)), 'utf8')
const built = new Map<CdnFile, Promise<string>>()

/** What a widget loads from a CDN, by file name: React 18.2's scripts, and this package's files built from the sources. */
export async function cdnFile(name: string): Promise<string | undefined> {
  if (name === 'react.production.min.js') return react('react/umd/react.production.min.js')
  if (name === 'react-dom.production.min.js') return react('react-dom/umd/react-dom.production.min.js')
  const file = cdnFiles.find((each) => each === name)
  if (!file) return undefined
  if (!built.has(file)) built.set(file, buildCdnFile(file))
  return built.get(file)
}

/** Serves those files under `/cdn/`, so that the canvas works without the internet. */
export function appsmithCdn(): Plugin {
  return {
    name: 'appsmith-cdn',
    configureServer({ middlewares }) {
      middlewares.use('/cdn', async ({ url = '' }, response, next) => {
        try {
          const text = await cdnFile(url.slice(1).split('?')[0] as string)
          if (text === undefined) return next()
          response.setHeader('content-type', 'text/javascript; charset=utf-8')
          response.setHeader('access-control-allow-origin', '*')
          response.end(text)
        } catch (error) {
          next(error)
        }
      })
    },
  }
}
