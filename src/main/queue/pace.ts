import type { Pace } from '../../shared/queue'

/** A photo, or a part of one, that was restored. */
export interface Restored {
  megapixels: number
  seconds: number
}

/**
 * A photo restored so many photos ago has half the weight, so that the estimate follows a machine that gets warm or
 * busy.
 */
const halfLife = 20
/**
 * Regularises the constant time per photo (ridge regression, as a share of the number of photos). Photos of one size
 * cannot tell the constant time from the time per pixel; then all of it counts as time per pixel.
 */
const ridge = 0.02

/**
 * Estimates how fast photos are restored and how long those ahead will take, by a constant time per photo and a time
 * per megapixel that are fitted to the restored photos. Undefined while there are none.
 *
 * @param restored in their order, the latest last.
 * @param ahead megapixels of what is still to be done, undefined where they are unknown.
 */
export function paceOf(restored: Restored[], ahead: (number | undefined)[]): Pace | undefined {
  const known = restored.filter(({ megapixels, seconds }) => megapixels > 0 && seconds > 0)
  if (known.length === 0) return undefined
  const weighted = known.map((work, index) => ({
    ...work,
    weight: 0.5 ** ((known.length - 1 - index) / halfLife),
  }))
  const sum = (term: (work: (typeof weighted)[number]) => number) =>
    weighted.reduce((total, work) => total + work.weight * term(work), 0)

  const pixels = sum(({ megapixels }) => megapixels)
  const time = sum(({ seconds }) => seconds)
  const { perPhoto, perMegapixel } = leastSquares({
    photos: sum(() => 1),
    pixels,
    time,
    squares: sum(({ megapixels }) => megapixels ** 2),
    products: sum(({ megapixels, seconds }) => megapixels * seconds),
  })
  const typical = mean([
    ...known.map(({ megapixels }) => megapixels),
    ...ahead.filter((size) => size !== undefined),
  ])
  const secondsLeft = ahead.reduce<number>(
    (total, size) => total + perPhoto + perMegapixel * (size ?? typical),
    0,
  )
  return { megapixelsPerSecond: pixels / time, secondsLeft }
}

/** Weighted sums over photos. */
interface Sums {
  /** Of 1. */
  photos: number
  pixels: number
  time: number
  /** Of pixels². */
  squares: number
  /** Of pixels × time. */
  products: number
}

/** Seconds per photo and per megapixel. */
function leastSquares({ photos, pixels, time, squares, products }: Sums) {
  const count = photos * (1 + ridge)
  const determinant = count * squares - pixels ** 2
  const perPhoto = (time * squares - pixels * products) / determinant
  const perMegapixel = (count * products - pixels * time) / determinant
  // Neither time can be negative.
  if (perPhoto < 0) return { perPhoto: 0, perMegapixel: time / pixels }
  if (perMegapixel < 0) return { perPhoto: time / photos, perMegapixel: 0 }
  return { perPhoto, perMegapixel }
}

function mean(values: number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}
