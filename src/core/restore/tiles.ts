/** The tiles of one axis: where each starts, and their common length. */
export interface Axis {
  /** Length of the photo along this axis. */
  length: number
  /** Starts of the tiles, ascending, all divisible by `multiple`. */
  starts: number[]
  /** Length of every tile, divisible by `multiple`; the last may reach over the end by less than `multiple`. */
  tile: number
}

/** A plan that covers a photo with equal, overlapping tiles, row by row. */
export interface TilePlan {
  columns: Axis
  rows: Axis
}

export interface TileSettings {
  /** Side of a tile, divisible by `multiple`. */
  tile: number
  /** What two neighbours share at least, at most half a tile. */
  overlap: number
  /** Sides and starts are divisible by it, so that every tile meets the model's grid as the whole photo would. */
  multiple: number
}

/** Plans the tiles of a photo; width and height in pixels, at least 1. */
export function planTiles(width: number, height: number, settings: TileSettings): TilePlan {
  return { columns: planAxis(width, settings), rows: planAxis(height, settings) }
}

/** Number of tiles in a plan. */
export function countTiles({ columns, rows }: TilePlan): number {
  return columns.starts.length * rows.starts.length
}

/** Spreads as few tiles as the overlap allows evenly along one axis, in steps of `multiple`. */
function planAxis(length: number, { tile, overlap, multiple }: TileSettings): Axis {
  const cells = Math.ceil(length / multiple)
  const tileCells = tile / multiple
  if (cells <= tileCells) return { length, starts: [0], tile: cells * multiple }

  const strideCells = Math.max(1, tileCells - Math.ceil(overlap / multiple))
  const last = cells - tileCells
  const steps = Math.ceil(last / strideCells)
  const starts = Array.from({ length: steps + 1 }, (_, step) => Math.round((step * last) / steps) * multiple)
  return { length, starts, tile }
}

/** Mirrors an index beyond either end into 0..length-1; the edge itself is not repeated. */
export function mirror(index: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const folded = ((index % period) + period) % period
  return folded < length ? folded : period - folded
}
