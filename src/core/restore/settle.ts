import { settleGates } from '../model/gates'
import type { Gates } from '../model/manifest'
import type { Network } from '../model/session'
import type { Raster } from '../photo/raster'
import { stopIfCancelled } from './cancel'
import { cropOf } from './crop'

/** Where the router looks: the middle and towards the corners, as shares of what a crop can move. */
const places = [
  [0.5, 0.5],
  [0.15, 0.15],
  [0.85, 0.15],
  [0.15, 0.85],
  [0.85, 0.85],
] as const
/** Side of a crop in pixels, as large as the patches that taught the router, and some surroundings. */
const side = 256

/**
 * Ask the router at a few places of a photo and settle one set of gates for all of it, [L][N]; none for networks without
 * gates. Throws what the network throws, and `cancelled`.
 */
export async function settleForPhoto(raster: Raster, network: Network, signal?: AbortSignal): Promise<Gates> {
  const { levels, kept, multiple } = network.manifest
  if (levels === 0) return []

  const { width, height } = raster.shape
  const columns = Math.ceil(Math.min(side, width) / multiple) * multiple
  const rows = Math.ceil(Math.min(side, height) / multiple) * multiple
  const samples: Gates[] = []
  for (const [across, down] of places) {
    stopIfCancelled(signal)
    const left = Math.floor(across * Math.max(0, width - columns))
    const top = Math.floor(down * Math.max(0, height - rows))
    const available = Math.min(rows, height - top)
    const band = await raster.readRows(top, available)
    const crop = cropOf(band, width, available, left, 0, columns, rows)
    samples.push((await network.run(crop, rows, columns)).gates)
  }
  return settleGates(samples, kept)
}
