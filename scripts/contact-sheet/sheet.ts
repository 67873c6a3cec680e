import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

/** One picture on a sheet. */
export interface Tile {
  /** A PNG. */
  file: string
  title: string
}

/** What a sheet is made of. */
export interface Sheet {
  tiles: readonly Tile[]
  colour: 'light' | 'dark'
  /** Where the PNG goes. */
  file: string
  /** Width of a tile in pixels. */
  tileWidth: number
  /** Tiles side by side. */
  columns: number
}

/** Puts pictures on one sheet, in columns, each under its title. */
export async function composeSheet(page: Page, { tiles, colour, file, tileWidth, columns }: Sheet): Promise<void> {
  const figures = tiles.map(({ file, title }) => {
    const source = `data:image/png;base64,${readFileSync(file).toString('base64')}`
    return `<figure><figcaption>${title}</figcaption><img src="${source}"></figure>`
  })
  const [paper, ink, line] = colour === 'light' ? ['#dedad0', '#18201d', '#c4bfb2'] : ['#000', '#e8eee9', '#29312e']
  await page.setViewportSize({ width: columns * (tileWidth + 16) + 16, height: 800 })
  await page.setContent(`<!doctype html><style>
    body { margin: 16px; background: ${paper}; color: ${ink}; font: 600 13px/1.4 system-ui, sans-serif; columns: ${columns}; column-gap: 16px }
    figure { margin: 0 0 16px; break-inside: avoid }
    figcaption { padding-bottom: 4px }
    img { display: block; width: 100%; border: 1px solid ${line}; border-radius: 6px }
  </style>${figures.join('')}`)
  await page.screenshot({ path: file, fullPage: true })
}
