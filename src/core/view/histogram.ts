import type { Histogram } from '../../shared/photo'
import { withReadable } from './readable'
import { upright } from './upright'

/** Longest side that is counted, in pixels: enough to tell how a photo is exposed, and quick for any size. */
const edge = 1024

/** Counts the values of a photo's pixels as the screen shows them. */
export async function histogramOf(path: string): Promise<Histogram> {
  const { data, info } = await withReadable(path, (file) =>
    upright(file)
      .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true }),
  )
  const counts = [0, 1, 2].map(() => new Array<number>(256).fill(0))
  for (let at = 0; at < data.length; at += info.channels) {
    for (let channel = 0; channel < 3; channel++)
      counts[channel]![data[at + Math.min(channel, info.channels - 1)]!]!++
  }
  const pixels = info.width * info.height
  const [red, green, blue] = counts.map((bins) => bins.map((count) => (count / pixels) * 1000))
  return { red: red!, green: green!, blue: blue! }
}
