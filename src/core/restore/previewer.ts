import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Region } from '../../shared/photo'
import type { RestoreSettings } from '../../shared/settings'
import type { Gates } from '../model/manifest'
import type { Session } from '../model/session'
import type { Limits } from '../photo/limits'
import { colourSpace, Raster, writeRaster } from '../photo/raster'
import { openImage, openStored } from '../photo/reading'
import { fastPng } from '../view/upright'
import { stopIfCancelled } from './cancel'
import { PreviewedPhoto, resolvingKey } from './previewedPhoto'
import { expandRegion, orientationTransform, regionInFile } from './region'
import type { Resolved } from './resolve'
import { restoreRaster } from './restore'
import { countTiles, planTiles } from './tiles'

export interface PreviewOptions {
  source: string
  tasks: RestoreSettings['tasks']
  /** In pixels of the upright photo, and within it. */
  region: Region
  /**
   * Answers at once, by what the part alone shows, where the gates of the whole photo are not known for these tasks.
   * That answer promises nothing; whoever shows it asks once more for the final one.
   */
  quick?: boolean
  /** Whether a tile may be larger than usual: not where memory is short. */
  isRoomy?: boolean
  /** What the photo may ask of the machine. */
  limits?: Limits
  signal?: AbortSignal | undefined
}

export interface Preview {
  /** The region as PNG: upright, sRGB, 8 bits. */
  png: Uint8Array
  /** [L][N] */
  gates: Gates
  /**
   * Whether its pixels are those of the result, within the tolerance for seams: then it was made with what was resolved
   * for the whole photo, or of all of a small one. Else it is the quick first answer, made with the part's own gates
   * and less around it, and may differ a little.
   */
  isFinal: boolean
}

/** The part that was restored last: of a small photo it is all of it, whatever is asked for. */
interface RestoredPart {
  key: string
  file: string
  gates: Gates
}

/** The largest side of a region with its surroundings that is restored as one tile. */
const largestTile = 1024
/** What a quick preview sees around its region, in pixels. */
const quickMargin = 32

/**
 * Restores parts of a photo, one after the other, by the gates of the whole photo: a part looks as it will in the
 * result, but for quick first answers. The photo stays decoded until a preview of another one is asked for.
 */
export class Previewer {
  private previewed: PreviewedPhoto | undefined
  private latest: RestoredPart | undefined
  private last: Promise<unknown> = Promise.resolve()
  private count = 0

  /** Restores a region at full strength. Throws what reading and restoring throw, and `cancelled`. */
  preview(
    session: Session,
    { source, tasks, region, quick = false, isRoomy = true, limits, signal }: PreviewOptions,
  ): Promise<Preview> {
    return this.afterTheOthers(async () => {
      stopIfCancelled(signal)
      const previewed = await this.open(source, limits)
      const { raster, orientation } = previewed.photo
      const { width, height } = raster.shape
      const { manifest } = session
      // A photo of one tile is restored whole, with nothing resolved beforehand; so is its preview.
      const isOneTile = countTiles(planTiles(width, height, manifest)) === 1
      const isFinal = !quick || !isRoomy || isOneTile || previewed.isResolved(session, tasks)
      const resolved = isOneTile || !isFinal ? undefined : await previewed.resolve(session, tasks, signal)
      const inFile = regionInFile(region, orientation, raster.shape)
      // Each of two tiles owns half of what they share, so at a seam the result sees half the overlap around a pixel.
      const seen = manifest.overlap / 2
      const margin = isFinal ? seen : Math.min(quickMargin, seen)
      const part = isOneTile
        ? { left: 0, top: 0, width, height }
        : expandRegion(inFile, margin, manifest.multiple, raster.shape)

      stopIfCancelled(signal)
      const key = JSON.stringify([resolvingKey(session, tasks), isFinal, part])
      if (this.latest?.key !== key) {
        const file = join(previewed.scratch, `part-${++this.count}.tif`)
        await cutPart(raster, part, file)
        const sized = isRoomy ? asOneTile(session, part) : session
        const gates = await restoreFile(file, sized, { tasks, resolved, signal }).catch(
          async (error: unknown) => {
            await rm(file)
            throw error
          },
        )
        if (this.latest) await rm(this.latest.file)
        this.latest = { key, file, gates }
      }
      const { file, gates } = this.latest
      const inner = { ...inFile, left: inFile.left - part.left, top: inFile.top - part.top }
      return { png: await asPng(file, inner, orientation), gates, isFinal }
    })
  }

  /** Closes the photo that is decoded. */
  close(): Promise<void> {
    return this.afterTheOthers(() => this.closePhoto())
  }

  private afterTheOthers<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work)
    this.last = turn.catch(() => undefined)
    return turn
  }

  private async open(source: string, limits: Limits | undefined): Promise<PreviewedPhoto> {
    if (this.previewed?.key === PreviewedPhoto.keyOf(source)) return this.previewed
    await this.closePhoto()
    return (this.previewed = await PreviewedPhoto.open(source, limits))
  }

  private async closePhoto(): Promise<void> {
    const { previewed } = this
    this.previewed = undefined
    this.latest = undefined
    await previewed?.close()
  }
}

function cutPart({ path, shape }: Raster, part: Region, target: string): Promise<unknown> {
  const space = colourSpace(shape)
  const cut = openStored(path).pipelineColourspace(space).toColourspace(space).keepMetadata().extract(part)
  return writeRaster(cut, target)
}

interface RestoringOptions {
  tasks: RestoreSettings['tasks']
  resolved: Resolved | undefined
  signal: AbortSignal | undefined
}

async function restoreFile(
  file: string,
  session: Session,
  { tasks, ...options }: RestoringOptions,
): Promise<Gates> {
  const raster = await Raster.open(file)
  try {
    return await restoreRaster(raster, session, { tasks, strength: 100 }, options)
  } finally {
    await raster.close()
  }
}

/** With a tile as large as the part, where that is not much more than usual: several would share too much. */
function asOneTile(session: Session, { width, height }: Region): Session {
  const { tile, multiple } = session.manifest
  const needed = Math.ceil(Math.max(width, height) / multiple) * multiple
  return needed > tile && needed <= largestTile
    ? { ...session, manifest: { ...session.manifest, tile: needed } }
    : session
}

function asPng(file: string, inner: Region, orientation: number): Promise<Uint8Array> {
  const { angle, flop } = orientationTransform(orientation)
  return openImage(file)
    .extract(inner)
    .flop(flop)
    .rotate(angle)
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .png(fastPng)
    .toBuffer()
}
