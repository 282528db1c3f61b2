import type { RestoreSettings } from '../../shared/settings'
import { statOf } from '../files/state'
import { withScratch } from '../files/temporary'
import { gatesOfTasks } from '../model/gates'
import type { Session } from '../model/session'
import { type DecodedPhoto, decodePhoto } from '../photo/decode'
import type { Limits } from '../photo/limits'
import { needsRouting, type Resolved, resolveForPhoto } from './resolve'

type Tasks = RestoreSettings['tasks']

/** A photo that stays decoded, in temporary files, between previews of it, with the gates that were resolved for it. */
export class PreviewedPhoto {
  /** By model, tile and tasks. */
  private readonly resolved = new Map<string, Promise<Resolved>>()

  private constructor(
    /** Tells this photo, in the state in which it was read, from others. */
    readonly key: string,
    readonly photo: DecodedPhoto,
    /** Folder for temporary files, which goes with the photo. */
    readonly scratch: string,
    readonly close: () => Promise<void>,
  ) {}

  /** What tells a photo in its present state from others. */
  static keyOf(source: string): string {
    return JSON.stringify([source, statOf(source)])
  }

  /** Decodes a photo into a scratch folder that lives until `close`. Throws what decoding throws. */
  static open(source: string, limits: Limits | undefined): Promise<PreviewedPhoto> {
    const key = PreviewedPhoto.keyOf(source)
    return new Promise((resolve, reject) => {
      const life = withScratch(async (scratch) => {
        const photo = await decodePhoto(source, scratch, limits && { limits })
        await new Promise<void>((end) => {
          const close = (): Promise<void> => {
            end()
            return life
          }
          resolve(new PreviewedPhoto(key, photo, scratch, close))
        })
        await photo.raster.close()
      })
      life.catch(reject)
    })
  }

  /** Whether the gates of the whole photo are known for these tasks, so that no routing must come first. */
  isResolved(session: Session, tasks: Tasks): boolean {
    const key = resolvingKey(session, tasks)
    return this.resolved.has(key) || !needsRouting(session, gatesOfTasks(session.manifest, tasks))
  }

  /** Resolves gates and means for the whole photo, once for each model, tile and tasks. Throws what routing throws. */
  resolve(session: Session, tasks: Tasks, signal?: AbortSignal): Promise<Resolved> {
    const key = resolvingKey(session, tasks)
    const known = this.resolved.get(key)
    if (known) return known
    const chosen = gatesOfTasks(session.manifest, tasks)
    const found = resolveForPhoto(this.photo.raster, session, chosen, signal)
    this.resolved.set(key, found)
    found.catch(() => this.resolved.delete(key))
    return found
  }
}

/** What resolved gates depend on; the part of the photo that is routed goes with the tile. */
export function resolvingKey({ manifest }: Session, tasks: Tasks): string {
  return JSON.stringify([manifest.sha256, manifest.tile, Object.entries(tasks).sort()])
}
