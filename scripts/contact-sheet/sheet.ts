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
  /** Height of a tile in pixels; what is below is cut off. Absent: each as high as its picture, in columns. */
  tileHeight?: number
}

/** Puts pictures on one sheet, each under its title. */
export async function composeSheet(page: Page, sheet: Sheet): Promise<void> {
  const { tiles, colour, file, tileWidth, columns, tileHeight } = sheet
  const figures = tiles.map(({ file, title }) => {
    const source = `data:image/png;base64,${readFileSync(file).toString('base64')}`
    return `<figure><figcaption>${title}</figcaption><div><img src="${source}"></div></figure>`
  })
  const [table, paper, ink, line] =
    colour === 'light' ? ['#dedad0', '#f5f3ed', '#18201d', '#c4bfb2'] : ['#000', '#0e1211', '#e8eee9', '#29312e']
  const layout = tileHeight
    ? `body { display: grid; grid-template-columns: repeat(${columns}, 1fr); gap: 16px }
       div { height: ${tileHeight}px }`
    : `body { columns: ${columns}; column-gap: 16px }
       figure { margin-bottom: 16px; break-inside: avoid }`
  await page.setViewportSize({ width: columns * (tileWidth + 16) + 16, height: 320 })
  await page.setContent(`<!doctype html><style>
    body { margin: 16px; background: ${table}; color: ${ink}; font: 600 13px/1.4 system-ui, sans-serif }
    figure { margin: 0 }
    figcaption { padding-bottom: 4px }
    div { overflow: hidden; border: 1px solid ${line}; border-radius: 6px; background: ${paper} }
    img { display: block; width: 100% }
    ${layout}
  </style>${figures.join('')}`)
  await page.screenshot({ path: file, fullPage: true })
}
