import type { PlanarImage } from '../photo/planarImage'
import { mirror } from './tiles'

/** A window of a picture; it may reach over the right and the lower end, not over the others. */
export interface Window {
  left: number
  top: number
  width: number
  height: number
}

/**
 * Copies a window out of a picture. What reaches over an end is filled with the mirror image of what lies before it.
 */
export function crop({ planes, width, height }: PlanarImage, window: Window): PlanarImage {
  const cropped = new Float32Array(3 * window.width * window.height)
  const inside = Math.min(window.width, width - window.left)
  for (let plane = 0; plane < 3; plane++) {
    for (let row = 0; row < window.height; row++) {
      const from = (plane * height + mirror(window.top + row, height)) * width
      const to = (plane * window.height + row) * window.width
      cropped.set(planes.subarray(from + window.left, from + window.left + inside), to)
      for (let x = inside; x < window.width; x++) {
        cropped[to + x] = planes[from + mirror(window.left + x, width)]!
      }
    }
  }
  return { planes: cropped, width: window.width, height: window.height }
}

/** Copies a picture into a larger one, its upper left corner at `left` and `top`. */
export function paste(
  part: PlanarImage,
  into: PlanarImage,
  { left, top }: { left: number; top: number },
): void {
  for (let plane = 0; plane < 3; plane++) {
    for (let row = 0; row < part.height; row++) {
      const from = (plane * part.height + row) * part.width
      const to = (plane * into.height + top + row) * into.width + left
      into.planes.set(part.planes.subarray(from, from + part.width), to)
    }
  }
}
