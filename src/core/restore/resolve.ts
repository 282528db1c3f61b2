import type { Gates, Manifest, Pools } from '../model/manifest'
import type { Session } from '../model/session'
import type { PlanarImage } from '../photo/planarImage'
import type { Raster } from '../photo/raster'
import { stopIfCancelled } from './cancel'
import { crop, paste } from './crop'

/** What holds for the whole of a photo and is forced on each of its tiles, so that they are treated alike. */
export interface Resolved {
  /** [L][N]; none for models without gates. */
  gates: Gates
  /** [S]; absent for models without. */
  pools?: Pools
}

/** Whether the photo must be routed to resolve its gates and means, which takes half a second or more. */
export function needsRouting({ manifest: { levels, pooled } }: Session, chosen?: Gates): boolean {
  return pooled > 0 || (chosen === undefined && levels > 0)
}

/**
 * Resolves one set of gates for all of a photo, unless it was `chosen` by hand, and the means that the model's
 * attentions take, by routing a sheet of the photo's parts once. Throws what the model throws, and `cancelled`.
 */
export async function resolveForPhoto(
  raster: Raster,
  session: Session,
  chosen?: Gates,
  signal?: AbortSignal,
): Promise<Resolved> {
  if (!needsRouting(session, chosen)) return { gates: chosen ?? [] }

  const sheet = await sheetOf(raster, session.manifest)
  stopIfCancelled(signal)
  const { gates, pools } = await session.route(sheet, { gates: chosen })
  return { gates: chosen ?? gates, ...(session.manifest.pooled > 0 && { pools }) }
}

/**
 * Parts of a photo side by side, together no larger than a tile, or all of it where it is smaller: what the model
 * decides for them at once is nearer to what it would decide for the photo than the mean of what it decides for each.
 */
async function sheetOf(raster: Raster, manifest: Manifest): Promise<PlanarImage> {
  const { width, height } = raster.shape
  const [down, across] = [partsOf(height, manifest), partsOf(width, manifest)]
  const size = { width: across.starts.length * across.length, height: down.starts.length * down.length }
  const sheet = { planes: new Float32Array(3 * size.width * size.height), ...size }
  for (const [i, top] of down.starts.entries()) {
    const rows = Math.min(down.length, height - top)
    const band = { planes: await raster.readRows(top, rows), width, height: rows }
    for (const [j, left] of across.starts.entries()) {
      const part = crop(band, { left, top: 0, width: across.length, height: down.length })
      paste(part, sheet, { left: j * across.length, top: i * down.length })
    }
  }
  return sheet
}

/**
 * The number of parts along each axis, and the largest side of each in pixels. Nine of 256 come nearer to the whole
 * photo (1.4 instead of 1.8 of 255, docs/measurements/seams.md) and take 0.8 s instead of 0.5 s. Small tiles hold four, because
 * parts need surroundings.
 */
const [fewest, most] = [2, 3]
const side = 224

/** Cuts a length into evenly spread parts, or one; returns their starts and common length, divisible by `multiple`. */
function partsOf(length: number, { tile, multiple }: Manifest): { starts: number[]; length: number } {
  if (length <= tile) return { starts: [0], length: Math.ceil(length / multiple) * multiple }
  const count = Math.min(Math.max(Math.floor(tile / side), fewest), most)
  const seen = Math.max(1, Math.floor(Math.min(side, tile / count) / multiple)) * multiple
  const starts = Array.from({ length: count }, (_, part) => {
    const start = Math.round(((part + 0.5) / count) * length - seen / 2)
    return Math.min(Math.max(start, 0), length - seen)
  })
  return { starts, length: seen }
}
