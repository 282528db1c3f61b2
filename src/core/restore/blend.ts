/**
 * Weights of the later of two tiles over what they share, 0..1. The outer quarters belong to one tile alone: right at
 * its border a tile has seen least of its surroundings.
 */
export function feather(shared: number): Float32Array {
  return Float32Array.from({ length: shared }, (_, index) => {
    const position = (index + 0.5) / shared
    return Math.min(Math.max(2 * position - 0.5, 0), 1)
  })
}

/**
 * Mix `b` into `a` by `weight`. Written as a step from a to b, so that equal values stay equal to the last bit, which a
 * sum of two weighted values would not promise.
 */
export function lerp(a: number, b: number, weight: number): number {
  return a + (b - a) * weight
}
