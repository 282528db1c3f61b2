import type { Pace } from '../../shared/queue'

/** A photo, or the part of one, that was restored. */
export interface Restored {
  megapixels: number
  seconds: number
}

/** So many photos ago counts half: a machine that gets warm, or busy, is as fast as it is now. */
const halfLife = 20
/**
 * How strongly a share of time that each photo takes whatever its size is doubted. Photos of one size cannot tell that
 * share from the one that grows with the pixels; then all of it is taken to grow with them.
 */
const doubt = 0.02

/**
 * How fast photos are restored, and how long those ahead will take: some time for each photo and some for each of its
 * pixels, as the restored ones show, the latest last. Undefined while nothing is known.
 *
 * @param ahead megapixels of what is to be done, undefined where nobody has measured it.
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
  const { perPhoto, perMegapixel } = leastSquares(
    sum(() => 1),
    pixels,
    time,
    sum(({ megapixels }) => megapixels ** 2),
    sum(({ megapixels, seconds }) => megapixels * seconds),
  )
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

/** Seconds per photo and per megapixel from weighted sums over photos: of 1, pixels, time, pixels², pixels × time. */
function leastSquares(n: number, pixels: number, time: number, squares: number, products: number) {
  const count = n * (1 + doubt)
  const determinant = count * squares - pixels ** 2
  const perPhoto = (time * squares - pixels * products) / determinant
  const perMegapixel = (count * products - pixels * time) / determinant
  // Time does not run backwards, neither by the photo nor by the pixel.
  if (perPhoto < 0) return { perPhoto: 0, perMegapixel: time / pixels }
  if (perMegapixel < 0) return { perPhoto: time / n, perMegapixel: 0 }
  return { perPhoto, perMegapixel }
}

function mean(values: number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}
