import type { Job, JobResult } from '../../shared/job'
import type { FileState, Region } from '../../shared/photo'
import type { RestoreSettings } from '../../shared/settings'
import type { ResultLedger } from '../batch/ledger'
import { sweepAround, withScratch } from '../files/temporary'
import { nameGates } from '../model/gates'
import type { Session } from '../model/session'
import { withDecoded } from '../photo/decode'
import { encodePhoto } from '../photo/encode'
import { chooseEncoding, isDeepened } from '../photo/encoding'
import type { Limits } from '../photo/limits'
import { endMetadata } from '../photo/metadata/tags'
import type { ProviderTrials } from '../providers/trials'
import { stopIfCancelled } from './cancel'
import { ModelPool } from './modelPool'
import { Previewer } from './previewer'
import { type RestoreOptions, restoreRaster } from './restore'
import { writeViewerResult } from './viewerResult'

/** What of the machine may be used; what is left out is settled by what the machine has and the model suggests. */
export interface Allowance {
  /** What a photo may ask of it. */
  limits?: Limits
  /** Side of a tile, in pixels. */
  tile?: number
}

export interface RestorerOptions extends Allowance {
  /** Where results are written down, so that finished work is recognised. */
  results?: ResultLedger
  /** Tells which execution provider to trust; without it the CPU runs every model. */
  trials?: ProviderTrials
}

/** A part of a photo, as it will look in the result. */
export interface PreviewRequest {
  source: string
  settings: Pick<RestoreSettings, 'model' | 'tasks'>
  /** In pixels of the upright photo, and within it. */
  region: Region
  /** Answer at once, by what the part alone shows, where the whole photo was not looked at before; see `isSettled`. */
  quick?: boolean | undefined
}

export interface PreviewResult {
  /** The region as PNG: upright, sRGB, 8 bits, at full strength. */
  png: Uint8Array
  /** As in a job's result. */
  gates: Record<string, number>
  /** Whether its pixels are those of the result, within the tolerance for seams; a hasty one may differ a little. */
  isFinal: boolean
}

/** Restores photos, one at a time, and keeps the model loaded between them. */
export class Restorer {
  private readonly models: ModelPool
  private readonly previewer = new Previewer()
  private allowance: Allowance

  /** libraries: folders that hold model folders, searched in this order. */
  constructor(
    libraries: string[],
    private readonly own: RestorerOptions = {},
  ) {
    this.models = new ModelPool(libraries, own.trials)
    this.allowance = own
  }

  /** From the next photo on, use so much of the machine. */
  allow(allowance: Allowance): void {
    this.allowance = allowance
  }

  /**
   * Do a job: read its source, restore it, write its output, or keep it where it is the viewer's. The source is only read, and nothing is left of a job that
   * fails or is cancelled. One that was finished before, and whose result nobody knows of because a crash came between,
   * is not done again. Throws what its parts throw: any code of a photo, a model, a destination, or `cancelled`.
   */
  async restore(job: Job, options: RestoreOptions = {}): Promise<JobResult> {
    const { source, output, purpose, settings, export: exportSettings, fingerprint, replaces } = job
    const { results } = this.own
    const { limits, tile } = this.allowance
    const finished = fingerprint === undefined ? undefined : results?.finished(fingerprint)
    if (finished) {
      await sweepAround(finished.output)
      return finished
    }

    const decoding = { ...(limits && { limits }), deep: isDeepened(exportSettings) }
    const restoreWith = (session: Session) => {
      const began = performance.now()
      return withScratch((scratch) =>
        withDecoded(source, scratch, decoding, async (photo) => {
          const { notes } = chooseEncoding(photo, exportSettings, source, limits)
          const gates = await restoreRaster(photo.raster, session, settings, options)
          stopIfCancelled(options.signal)
          const { width, height } = photo.raster.shape
          const resultAt = (path: string): JobResult => ({
            output: path,
            width,
            height,
            seconds: (performance.now() - began) / 1000,
            gates: nameGates(session.manifest, gates),
            provider: session.provider,
            notes: [...photo.notes, ...notes],
          })
          const onNaming = (path: string, state: FileState) => {
            if (fingerprint !== undefined) {
              results?.record({ fingerprint, source, state, result: resultAt(path) })
            }
          }
          // What the viewer saves is packed only then.
          if (purpose === 'photo') return resultAt(await writeViewerResult(photo, output))
          const encoded = encodePhoto(photo, {
            source,
            target: output,
            scratch,
            exportSettings,
            limits,
            replaces,
            onNaming,
          })
          return resultAt(await encoded)
        }),
      )
    }
    return this.models.use(settings.model, restoreWith, tile)
  }

  /**
   * Restore a part of a photo for the screen. One preview is made at a time; one that was cancelled meanwhile costs
   * nothing. Throws what reading and restoring throw, or `cancelled`.
   */
  preview(
    { source, settings, region, quick = false }: PreviewRequest,
    signal?: AbortSignal,
  ): Promise<PreviewResult> {
    const { limits, tile } = this.allowance
    const previewWith = async (session: Session, isRoomy: boolean) => {
      const options = { quick, isRoomy, ...(limits && { limits }), ...(signal && { signal }) }
      const preview = await this.previewer.preview(source, session, settings.tasks, region, options)
      return { ...preview, gates: nameGates(session.manifest, preview.gates) }
    }
    return this.models.use(settings.model, previewWith, tile)
  }

  /** Let go of models, of the photo that was previewed and of helper processes. */
  async close(): Promise<void> {
    await this.previewer.close()
    await this.models.close()
    await endMetadata()
  }
}
