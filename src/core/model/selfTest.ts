import type { Planes } from '../photo/raster'
import type { Gates } from './manifest'
import { badResult, type Session } from './session'

/** Pixels along the shorter side of the self-test's picture, at least. */
const side = 32
/** How far two runs that should agree may differ: far below the 1/255 of a photo's own steps. */
const tolerance = 1e-3

/**
 * Checks that a model does what its manifest promises: the result is finite and of the input's shape; its gates are in
 * 0..1, no more than `kept` of them above zero; and forcing these same gates (and means) changes nothing.
 *
 * Throws `bad-result` with the reason as its cause, and what the model throws.
 */
export async function selfTest(session: Session): Promise<void> {
  const { multiple, levels, kept, pooled } = session.manifest
  // Not square, so that height and width cannot be confused unnoticed.
  const height = Math.ceil(side / multiple) * multiple
  const width = height + multiple
  const picture = testPicture(height, width)

  const { restored, gates, pools } = await session.run({ planes: picture, width, height })
  if (!restored.every(Number.isFinite)) throw badResult('the picture holds what is no number')
  if (!gates.every((row) => row.every((gate) => gate >= 0 && gate <= 1) && countOpen(row) <= kept)) {
    throw badResult(`of its gates ${JSON.stringify(gates)} no more than ${kept} a level should be above 0`)
  }
  if (levels === 0 && pooled === 0) return
  const forced = await session.run({ planes: picture, width, height }, { gates, pools })
  if (!(largestDifference(restored, forced.restored) <= tolerance)) {
    throw badResult('its own gates and means, forced on it, give another picture')
  }
}

/** Planes [3, height, width], 0..1, the same every time: slopes with fine grain, different in each colour. */
export function testPicture(height: number, width: number): Planes {
  const area = height * width
  return Float32Array.from({ length: 3 * area }, (_, at) => {
    const [plane, row, column] = [Math.floor(at / area), Math.floor((at % area) / width), at % width]
    const slope = [column / width, row / height, 1 - column / width][plane]!
    return 0.8 * slope + (((at * 37) % 101) / 101) * 0.2
  })
}

/** The largest difference between two results; NaN where one holds what is no number. */
export function largestDifference(a: Planes, b: Planes): number {
  return a.reduce((largest, value, at) => Math.max(largest, Math.abs(value - b[at]!)), 0)
}

function countOpen(row: Gates[number]): number {
  return row.filter((gate) => gate > 0).length
}
