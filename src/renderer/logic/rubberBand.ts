/** Which cells of a grid a rubber band touches. Pure. */
import type { Point } from './geometry'

/** The grid's cells, in its own coordinates (pixels from the top left of all that can be scrolled to). */
export interface Cells {
  readonly count: number
  readonly columns: number
  readonly padding: number
  readonly width: number
  readonly height: number
  /** Between cells, both ways. */
  readonly gap: number
}

export interface Band {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export function bandBetween(a: Point, b: Point): Band {
  return {
    left: Math.min(a.x, b.x),
    top: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  }
}

/** Indices of the cells that a band touches, in their order. */
export function touched(band: Band, cells: Cells): number[] {
  const rowCount = Math.ceil(cells.count / cells.columns)
  const columns = range(
    { from: band.left, length: band.width, side: cells.width, count: cells.columns },
    cells,
  )
  const rows = range({ from: band.top, length: band.height, side: cells.height, count: rowCount }, cells)
  const indices: number[] = []
  for (let row = rows.first; row <= rows.last; row++) {
    for (let column = columns.first; column <= columns.last; column++) {
      const index = row * cells.columns + column
      if (index < cells.count) indices.push(index)
    }
  }
  return indices
}

interface Stretch {
  readonly from: number
  readonly length: number
  /** Of a cell, and how many there are, in this direction. */
  readonly side: number
  readonly count: number
}

/** First and last of the columns, or rows, that a stretch touches; the gaps between them belong to none. */
function range({ from, length, side, count }: Stretch, { padding, gap }: Cells) {
  const step = side + gap
  const start = from - padding
  const first = Math.max(Math.floor((start + gap) / step), 0)
  const last = Math.min(Math.floor((start + length) / step), count - 1)
  return { first, last }
}
