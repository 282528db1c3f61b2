import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Region } from '../../shared/photo'
import type { RestoreSettings } from '../../shared/settings'
import { withScratch } from '../files/temporary'
import { gatesOfTasks } from '../model/gates'
import type { Gates } from '../model/manifest'
import type { Session } from '../model/session'
import { type DecodedPhoto, decodePhoto } from '../photo/decode'
import type { Limits } from '../photo/limits'
import { colourSpace, Raster, writeRaster } from '../photo/raster'
import { openImage, openStored } from '../photo/reading'
import { fastPng } from '../view/upright'
import { stopIfCancelled } from './cancel'
import { expandRegion, orientationTransform, regionInFile } from './region'
import { needsRouting, type Resolved, resolveForPhoto } from './resolve'
import { restoreRaster } from './restore'
import { countTiles, planTiles } from './tiles'

export interface Preview {
  /** The region as PNG: upright, sRGB, 8 bits. */
  png: Uint8Array
  /** [L][N] */
  gates: Gates
  /**
   * Whether its pixels are those of the result, within the tolerance for seams: then it was made with what was settled for
   * the whole photo, or of all of a small one. Else it is the quick first answer, made with the part's own gates and less
   * around it, and may differ a little.
   */
  isFinal: boolean
}

export interface PreviewOptions {
  /**
   * Answer at once, by what the part alone shows, where the whole photo was not looked at for these tasks before. That
   * answer promises nothing; whoever shows it asks once more without haste, for the one that does.
   */
  quick?: boolean
  /** Whether a tile may be larger than usual: not where memory is short. */
  isRoomy?: boolean
  /** What the photo may ask of the machine. */
  limits?: Limits
  signal?: AbortSignal
}

/** A photo that stays decoded between previews of it. */
interface Opened {
  key: string
  photo: DecodedPhoto
  scratch: string
  /** By model, tile and tasks. */
  resolved: Map<string, Promise<Resolved>>
  /** The part that was restored last: of a small photo it is all of it, whatever is asked for. */
  latest?: { key: string; file: string; gates: Gates }
  close: () => Promise<void>
}

/** The largest side of a region with its surroundings that is restored as one tile. */
const largestTile = 1024
/** What a hasty preview sees around its region, in pixels. */
const hastyMargin = 32

/**
 * Restores parts of a photo, one after the other, by the gates of the whole photo: a part looks as it will in the result,
 * but for the first answer to those who are in haste. The photo stays decoded, in temporary files, until a preview of
 * another one is asked for.
 */
export class Previewer {
  private opened: Opened | undefined
  private last: Promise<unknown> = Promise.resolve()
  private count = 0

  /**
   * Restore a region, in pixels of the upright photo and within it, at full strength. Throws what reading, restoring and
   * `signal` throw.
   */
  preview(
    source: string,
    session: Session,
    tasks: RestoreSettings['tasks'],
    region: Region,
    { quick = false, isRoomy = true, limits, signal }: PreviewOptions = {},
  ): Promise<Preview> {
    return this.afterTheOthers(async () => {
      stopIfCancelled(signal)
      const opened = await this.open(source, limits)
      const { raster } = opened.photo
      const { width, height } = raster.shape
      const { manifest } = session
      // A photo of one tile is restored whole, with nothing settled; so is its preview.
      const isOneTile = countTiles(planTiles(width, height, manifest)) === 1
      const isFinal = !quick || !isRoomy || isOneTile || isKnown(opened, session, tasks)
      const resolved = isOneTile || !isFinal ? undefined : await resolvedFor(opened, session, tasks, signal)
      const wished = regionInFile(region, opened.photo.orientation, raster.shape)
      // What tiles of the result share is theirs by halves, so at their seams they see half of it around a pixel.
      const seen = manifest.overlap / 2
      const margin = isFinal ? seen : Math.min(hastyMargin, seen)
      const part = isOneTile
        ? { left: 0, top: 0, width, height }
        : expandRegion(wished, margin, manifest.multiple, raster.shape)

      stopIfCancelled(signal)
      const key = JSON.stringify([resolvingKey(session, tasks), isFinal, part])
      if (opened.latest?.key !== key) {
        const file = join(opened.scratch, `part-${++this.count}.tif`)
        await cutPart(raster, part, file)
        const sized = isRoomy ? asOneTile(session, part) : session
        const gates = await restoreFile(file, sized, tasks, resolved, signal).catch(
          async (error: unknown) => {
            await rm(file)
            throw error
          },
        )
        if (opened.latest) await rm(opened.latest.file)
        opened.latest = { key, file, gates }
      }
      const { file, gates } = opened.latest
      const inner = { ...wished, left: wished.left - part.left, top: wished.top - part.top }
      return { png: await asPng(file, inner, opened.photo.orientation), gates, isFinal }
    })
  }

  /** Let go of the photo that is decoded. */
  close(): Promise<void> {
    return this.afterTheOthers(async () => {
      const { opened } = this
      this.opened = undefined
      await opened?.close()
    })
  }

  private afterTheOthers<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work)
    this.last = turn.catch(() => undefined)
    return turn
  }

  private async open(source: string, limits: Limits | undefined): Promise<Opened> {
    const { size, mtimeMs } = await stat(source).catch(() => ({ size: 0, mtimeMs: 0 }))
    const key = `${source}\n${size}\n${mtimeMs}`
    if (this.opened?.key === key) return this.opened
    const former = this.opened
    this.opened = undefined
    await former?.close()
    return (this.opened = await openPhoto(source, key, limits))
  }
}

/** Decode into a scratch folder that lives until `close`. */
function openPhoto(source: string, key: string, limits: Limits | undefined): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const life = withScratch(async (scratch) => {
      const photo = await decodePhoto(source, scratch, limits && { limits })
      await new Promise<void>((end) => {
        const close = (): Promise<void> => {
          end()
          return life
        }
        resolve({ key, photo, scratch, resolved: new Map(), close })
      })
      await photo.raster.close()
    })
    life.catch(reject)
  })
}

/** Whether nothing is to be found out before a part can be restored as the whole will be. */
function isKnown({ resolved }: Opened, session: Session, tasks: RestoreSettings['tasks']): boolean {
  return (
    resolved.has(resolvingKey(session, tasks)) ||
    !needsRouting(session, gatesOfTasks(session.manifest, tasks))
  )
}

function resolvingKey({ manifest }: Session, tasks: RestoreSettings['tasks']): string {
  // What is looked at goes with the tile.
  return JSON.stringify([manifest.sha256, manifest.tile, Object.entries(tasks).sort()])
}

function cutPart({ path, shape }: Raster, part: Region, target: string): Promise<unknown> {
  const space = colourSpace(shape)
  const cut = openStored(path).pipelineColourspace(space).toColourspace(space).keepMetadata().extract(part)
  return writeRaster(cut, target)
}

async function resolvedFor(
  { photo, resolved }: Opened,
  session: Session,
  tasks: RestoreSettings['tasks'],
  signal?: AbortSignal,
): Promise<Resolved> {
  const key = resolvingKey(session, tasks)
  const known = resolved.get(key)
  if (known) return known
  const found = resolveForPhoto(photo.raster, session, gatesOfTasks(session.manifest, tasks), signal)
  resolved.set(key, found)
  found.catch(() => resolved.delete(key))
  return found
}

async function restoreFile(
  file: string,
  session: Session,
  tasks: RestoreSettings['tasks'],
  resolved: Resolved | undefined,
  signal: AbortSignal | undefined,
): Promise<Gates> {
  const raster = await Raster.open(file)
  try {
    return await restoreRaster(
      raster,
      session,
      { tasks, strength: 100 },
      {
        ...(resolved && { resolved }),
        ...(signal && { signal }),
      },
    )
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
