import { settleGates } from '../model/gates'
import type { Gates, Pools } from '../model/manifest'
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

/** Where the network looks: the middle and towards the corners, as shares of what a crop can move. */
const places = [
  [0.5, 0.5],
  [0.15, 0.15],
  [0.85, 0.15],
  [0.15, 0.85],
  [0.85, 0.85],
] as const
/** Side of a crop in pixels. */
const side = 256

/** Whether anything is to be settled that a look at the photo must tell, which takes a second or more. */
export function mustLook({ manifest: { levels, pooled } }: Network, chosen?: Gates): boolean {
  return pooled > 0 || (chosen === undefined && levels > 0)
}

/**
 * Look at a few places of a photo and settle one set of gates for all of it, unless it was `chosen` by hand, and then the
 * means that the network's attentions take under these gates. Throws what the network throws, and `cancelled`.
 */
export async function settleForPhoto(
  raster: Raster,
  network: Network,
  chosen?: Gates,
  signal?: AbortSignal,
): Promise<Settled> {
  const { levels, kept, pooled } = network.manifest
  if (!mustLook(network, chosen)) return { gates: chosen ?? [] }
  const mustRoute = chosen === undefined && levels > 0

  const crops = await cropsOf(raster, network.manifest.multiple)
  const lookWith = async (gates?: Gates) => {
    const looks = []
    for (const { planes, rows, columns } of crops) {
      stopIfCancelled(signal)
      looks.push(await network.run(planes, rows, columns, gates))
    }
    return looks
  }
  const gates = mustRoute
    ? settleGates(
        (await lookWith()).map((look) => look.gates),
        kept,
      )
    : (chosen ?? [])
  if (pooled === 0) return { gates }
  return { gates, pools: meanOf((await lookWith(gates)).map((look) => look.pools)) }
}

async function cropsOf(
  raster: Raster,
  multiple: number,
): Promise<{ planes: Planes; rows: number; columns: number }[]> {
  const { width, height } = raster.shape
  const columns = Math.ceil(Math.min(side, width) / multiple) * multiple
  const rows = Math.ceil(Math.min(side, height) / multiple) * multiple
  const crops = []
  for (const [across, down] of places) {
    const left = Math.floor(across * Math.max(0, width - columns))
    const top = Math.floor(down * Math.max(0, height - rows))
    const available = Math.min(rows, height - top)
    const band = await raster.readRows(top, available)
    crops.push({ planes: cropOf(band, width, available, left, 0, columns, rows), rows, columns })
  }
  return crops
}

function meanOf(samples: Pools[]): Pools {
  return samples[0]!.map((_, at) => samples.reduce((sum, sample) => sum + sample[at]!, 0) / samples.length)
}
