import type { RestoreSettings } from '../../shared/settings'
import { gatesOfTasks } from '../model/gates'
import type { Gates } from '../model/manifest'
import { badResult, type Session } from '../model/session'
import type { PlanarImage } from '../photo/planarImage'
import type { Planes, Raster } from '../photo/raster'
import { feather, lerp, mixRows } from './blend'
import { stopIfCancelled } from './cancel'
import { crop } from './crop'
import { type Resolved, resolveForPhoto } from './resolve'
import { type Axis, countTiles, planTiles } from './tiles'

export interface RestoreOptions {
  signal?: AbortSignal | undefined
  /** Called before the first tile and after each. */
  onProgress?: ((done: number, total: number) => void) | undefined
  /** What was resolved for the photo that this raster is a part of. */
  resolved?: Resolved | undefined
}

/**
 * Restores a raster in place, tile by tile, one row of tiles in memory at a time. Returns the gates that were used,
 * [L][N]: those of the chosen tasks, or those that the routers resolved. `strength` is in per cent; at 0 the raster
 * stays as it is, and only the routers run, if anything.
 *
 * Throws `unknown-task`, what the model throws (`bad-result`, `out-of-memory`), or `cancelled` where the signal says so
 * (checked between tiles).
 */
export async function restoreRaster(
  raster: Raster,
  session: Session,
  settings: Pick<RestoreSettings, 'tasks' | 'strength'>,
  { signal, onProgress, resolved: given }: RestoreOptions = {},
): Promise<Gates> {
  const { width, height } = raster.shape
  const plan = planTiles(width, height, session.manifest)
  const total = countTiles(plan)
  onProgress?.(0, total)

  const chosen = gatesOfTasks(session.manifest, settings.tasks)
  const resolve = () => resolveForPhoto(raster, session, chosen, signal)
  if (settings.strength === 0) {
    const known = given?.gates ?? chosen ?? (session.manifest.levels === 0 ? [] : undefined)
    const gates = known ?? (await resolve()).gates
    onProgress?.(total, total)
    return gates
  }
  const resolved = given ?? (total > 1 ? await resolve() : chosen && { gates: chosen })

  let done = 0
  let ownGates: Gates = []
  const { rows, columns } = plan
  let carried: Band | undefined
  // Allocated once: new memory for each row of tiles would be cleared each time, and be freed only later.
  const room = (): Planes => new Float32Array(3 * width * Math.min(rows.tile, height))
  const [original, ...bands] = [room(), room(), room()]
  for (const [index, top] of rows.starts.entries()) {
    const count = Math.min(rows.tile, height - top)
    const source: Band = { top, width, height: count, planes: await raster.readRows(top, count, original) }
    const restored: Band = { ...source, planes: bands[index % 2]!.subarray(0, source.planes.length) }
    for (const [column, left] of columns.starts.entries()) {
      stopIfCancelled(signal)
      const tile = crop(source, { left, top: 0, width: columns.tile, height: rows.tile })
      const inference = await session.run(tile, resolved)
      ownGates = inference.gates
      pasteTile(restored, { ...tile, planes: inference.restored }, columns, column)
      onProgress?.(++done, total)
    }
    if (carried) blendRows(carried, restored)

    const next = rows.starts[index + 1]
    const finished = (next ?? height) - top
    // The next row of tiles starts below what is written here, so it still reads the original.
    await raster.writeRows(top, finished, restored.planes)
    if (settings.strength < 100) {
      await mixRows(raster, { top, rows: finished }, source.planes, settings.strength / 100)
    }
    carried = next === undefined ? undefined : restored
  }
  return resolved?.gates ?? ownGates
}

/** Whole rows of the photo, from `top` on. */
interface Band extends PlanarImage {
  top: number
}

/**
 * Puts a tile's result, which is used up, into its band; over the columns that it shares with the tile to its left, it
 * is blended into what that one put there.
 */
function pasteTile(band: Band, tile: PlanarImage, columns: Axis, column: number): void {
  const left = columns.starts[column]!
  const inside = Math.min(tile.width, band.width - left)
  const previous = columns.starts[column - 1]
  const weights = feather(previous === undefined ? 0 : previous + tile.width - left)

  for (let plane = 0; plane < 3; plane++) {
    for (let row = 0; row < band.height; row++) {
      const from = (plane * tile.height + row) * tile.width
      const to = (plane * band.height + row) * band.width + left
      const values = tile.planes.subarray(from, from + inside)
      for (let x = 0; x < inside; x++) if (!Number.isFinite(values[x])) throw badResult()
      for (let x = 0; x < weights.length; x++) {
        values[x] = lerp(band.planes[to + x]!, values[x]!, weights[x]!)
      }
      band.planes.set(values, to)
    }
  }
}

/** Blends the rows that a band shares with the one above it. */
function blendRows(above: Band, band: Band): void {
  const { width } = band
  const offset = band.top - above.top
  const weights = feather(above.height - offset)
  for (let plane = 0; plane < 3; plane++) {
    for (let row = 0; row < weights.length; row++) {
      const from = (plane * above.height + offset + row) * width
      const to = (plane * band.height + row) * width
      for (let x = 0; x < width; x++) {
        band.planes[to + x] = lerp(above.planes[from + x]!, band.planes[to + x]!, weights[row]!)
      }
    }
  }
}
