import type { Planes } from '../photo/raster'
import { mirror } from './tiles'

/**
 * A window of planes [3, height, width] as planes [3, rows, columns]. What reaches over the right or lower end is filled
 * with its mirror image.
 */
export function cropOf(
  planes: Planes,
  width: number,
  height: number,
  left: number,
  top: number,
  columns: number,
  rows: number,
): Planes {
  const crop: Planes = new Float32Array(3 * rows * columns)
  const inside = Math.min(columns, width - left)
  for (let plane = 0; plane < 3; plane++) {
    for (let row = 0; row < rows; row++) {
      const from = (plane * height + mirror(top + row, height)) * width
      const to = (plane * rows + row) * columns
      crop.set(planes.subarray(from + left, from + left + inside), to)
      for (let x = inside; x < columns; x++) crop[to + x] = planes[from + mirror(left + x, width)]!
    }
  }
  return crop
}

/** Put planes of `columns` pixels a row into planes of `width`, their upper left corner at `left` and `top`. */
export function paste(
  part: Planes,
  columns: number,
  planes: Planes,
  width: number,
  left: number,
  top: number,
): void {
  const [area, rows] = [planes.length / 3, part.length / 3 / columns]
  for (let plane = 0; plane < 3; plane++) {
    for (let row = 0; row < rows; row++) {
      const from = (plane * rows + row) * columns
      planes.set(part.subarray(from, from + columns), plane * area + (top + row) * width + left)
    }
  }
}
