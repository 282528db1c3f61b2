import { settleGates } from '../model/gates'
import type { Gates, Manifest, Pools } from '../model/manifest'
import type { Network } from '../model/session'
import type { Planes, Raster } from '../photo/raster'
import { stopIfCancelled } from './cancel'
import { cropOf } from './crop'

/** What holds for the whole of a photo and is forced on each of its tiles, so that they are treated alike. */
export interface Settled {
  /** [L][N]; none for networks without gates. */
  gates: Gates
  /** [S]; absent for networks without. */
  pools?: Pools
}

/**
 * Side in pixels of what the network looks at where a photo is larger than a tile. Few large looks come nearer to what it
 * would make of the photo at once than more and smaller ones, for the means need surroundings.
 */
const side = 384

/** Whether anything is to be settled that a look at the photo must tell, which takes a second or more. */
export function mustLook({ manifest: { levels, pooled } }: Network, chosen?: Gates): boolean {
  return pooled > 0 || (chosen === undefined && levels > 0)
}

/**
 * Look at the middles of a photo's quarters, or at all of it where it is small, and settle one set of gates for all of it,
 * unless it was `chosen` by hand, and the means that the network's attentions take. Throws what the network throws, and
 * `cancelled`.
 */
export async function settleForPhoto(
  raster: Raster,
  network: Network,
  chosen?: Gates,
  signal?: AbortSignal,
): Promise<Settled> {
  const { levels, kept, pooled } = network.manifest
  if (!mustLook(network, chosen)) return { gates: chosen ?? [] }

  const looks = []
  for (const { planes, rows, columns } of await cropsOf(raster, network.manifest)) {
    stopIfCancelled(signal)
    looks.push(await network.look(planes, rows, columns, chosen))
  }
  const own = looks.map((look) => look.gates)
  const gates = chosen ?? (levels > 0 ? settleGates(own, kept) : [])
  return pooled === 0 ? { gates } : { gates, pools: meanOf(looks.map((look) => look.pools)) }
}

async function cropsOf(
  raster: Raster,
  manifest: Manifest,
): Promise<{ planes: Planes; rows: number; columns: number }[]> {
  const { width, height } = raster.shape
  const crops = []
  for (const [top, rows] of spansOf(height, manifest)) {
    const available = Math.min(rows, height - top)
    const band = await raster.readRows(top, available)
    for (const [left, columns] of spansOf(width, manifest)) {
      crops.push({ planes: cropOf(band, width, available, left, 0, columns, rows), rows, columns })
    }
  }
  return crops
}

/** Of a length: all of it, or the middles of its halves. Where each starts, and how long it is, divisible by `multiple`. */
function spansOf(length: number, { tile, multiple }: Manifest): [start: number, length: number][] {
  if (length <= tile) return [[0, Math.ceil(length / multiple) * multiple]]
  const seen = Math.floor(Math.min(side, tile) / multiple) * multiple
  return [0.25, 0.75].map((middle) => {
    const start = Math.round(middle * length - seen / 2)
    return [Math.min(Math.max(start, 0), length - seen), seen]
  })
}

function meanOf(samples: Pools[]): Pools {
  return samples[0]!.map((_, at) => samples.reduce((sum, sample) => sum + sample[at]!, 0) / samples.length)
}
