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
  /** Width of a tile in pixels. Default: half of its picture's. */
  tileWidth?: number
  /** Tiles side by side. Default 4. */
  columns?: number
}

/** Width of a PNG in pixels, as its header tells. */
const widthOf = (png: Buffer) => png.readUInt32BE(16)

/** Puts pictures on one sheet, in columns, each under its title. */
export async function composeSheet(page: Page, { tiles, colour, file, tileWidth, columns = 4 }: Sheet): Promise<void> {
  const pictures = tiles.map(({ file, title }) => ({ title, png: readFileSync(file) }))
  const width = tileWidth ?? Math.max(...pictures.map(({ png }) => widthOf(png))) / 2
  const figures = pictures.map(
    ({ title, png }) =>
      `<figure><figcaption>${title}</figcaption><img src="data:image/png;base64,${png.toString('base64')}"></figure>`,
  )
  const [paper, ink, line] = colour === 'light' ? ['#dedad0', '#18201d', '#c4bfb2'] : ['#000', '#e8eee9', '#29312e']
  await page.setViewportSize({ width: columns * (width + 16) + 16, height: 800 })
  await page.setContent(`<style>
    body { margin: 16px; background: ${paper}; color: ${ink}; font: 600 13px/1.4 system-ui, sans-serif; columns: ${columns}; column-gap: 16px }
    figure { margin: 0 0 16px; break-inside: avoid }
    figcaption { padding-bottom: 4px }
    img { display: block; width: 100%; border: 1px solid ${line}; border-radius: 6px }
  </style>${figures.join('')}`)
  await page.screenshot({ path: file, fullPage: true })
}
