import type { Planes, Raster } from '../photo/raster'

/**
 * Weights, 0..1, of the later of two tiles over the pixels that they share. The outer quarters belong to one tile
 * alone: at its border a tile has seen least of the surroundings.
 */
export function feather(shared: number): Float32Array {
  return Float32Array.from({ length: shared }, (_, index) => {
    const position = (index + 0.5) / shared
    return Math.min(Math.max(2 * position - 0.5, 0), 1)
  })
}

/**
 * Mixes `b` into `a` by `weight`. Written as a step from a to b, so that equal values stay equal to the last bit; a sum
 * of two weighted values does not guarantee that.
 */
export function lerp(a: number, b: number, weight: number): number {
  return a + (b - a) * weight
}

/** Rows mixed at a time, which bounds the memory of a second copy. */
const mixedAtOnce = 64

/**
 * Mixes rows that were restored and written into a raster with the original ones by `weight`. A strength is a mix of
 * two pictures, so it is the same whether it was chosen beforehand or after. `original` may hold more rows than that.
 */
export async function mixRows(
  raster: Raster,
  { top, rows }: { top: number; rows: number },
  original: Planes,
  weight: number,
): Promise<void> {
  const { width } = raster.shape
  for (let row = 0; row < rows; row += mixedAtOnce) {
    const count = Math.min(mixedAtOnce, rows - row)
    const area = count * width
    const planes = await raster.readRows(top + row, count)
    for (let plane = 0; plane < 3; plane++) {
      const offset = (plane * original.length) / 3 + row * width
      for (let at = 0; at < area; at++) {
        planes[plane * area + at] = lerp(original[offset + at]!, planes[plane * area + at]!, weight)
      }
    }
    await raster.writeRows(top + row, count, planes)
  }
}
