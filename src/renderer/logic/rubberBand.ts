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
  const columns = range(band.left, band.width, cells.width, cells, cells.columns)
  const rows = range(band.top, band.height, cells.height, cells, Math.ceil(cells.count / cells.columns))
  const indices: number[] = []
  for (let row = rows.first; row <= rows.last; row++) {
    for (let column = columns.first; column <= columns.last; column++) {
      const index = row * cells.columns + column
      if (index < cells.count) indices.push(index)
    }
  }
  return indices
}

/** First and last of the columns, or rows, that a stretch touches; the gaps between them belong to none. */
function range(start: number, length: number, side: number, { padding, gap }: Cells, count: number) {
  const step = side + gap
  const from = start - padding
  const first = Math.max(Math.floor((from + gap) / step), 0)
  const last = Math.min(Math.floor((from + length) / step), count - 1)
  return { first, last }
}
