import type { Job, JobResult } from '../../shared/job'
import type { Allowance } from '../../shared/machine'
import type { FileState, Region } from '../../shared/photo'
import type { RestoreSettings } from '../../shared/settings'
import type { ResultLedger } from '../batch/ledger'
import { sweepAround, withScratch } from '../files/temporary'
import { nameGates } from '../model/gates'
import type { Session } from '../model/session'
import { withDecoded } from '../photo/decode'
import { encodePhoto } from '../photo/encode'
import { chooseEncoding, isDeepened } from '../photo/encoding'
import { endMetadata } from '../photo/metadata/tags'
import type { ProviderTrials } from '../providers/trials'
import { limitsOf } from './allowance'
import { stopIfCancelled } from './cancel'
import { ModelPool } from './modelPool'
import { Previewer } from './previewer'
import { type RestoreOptions, restoreRaster } from './restore'
import { writeViewerResult } from './viewerResult'

export interface RestorerOptions {
  /** What of the machine may be used, until `allow` says otherwise; what is left out is automatic. */
  allowance?: Partial<Allowance>
  /** Where results are recorded, so that finished work is recognised. */
  ledger?: ResultLedger
  /** Tells which execution provider to trust; without it the CPU runs every model. */
  trials?: ProviderTrials
}

/** A part of a photo that is to be shown as it will look in the result. */
export interface PreviewRequest {
  source: string
  settings: Pick<RestoreSettings, 'model' | 'tasks'>
  /** In pixels of the upright photo, and within it. */
  region: Region
  /** Answers at once, by what the part alone shows, unless the gates of the whole photo are known; see `isFinal`. */
  quick?: boolean | undefined
}

export interface PreviewResult {
  /** The region as PNG: upright, sRGB, 8 bits, at full strength. */
  png: Uint8Array
  /** As in a job's result. */
  gates: Record<string, number>
  /** Whether its pixels are those of the result, within the tolerance for seams; a quick one may differ a little. */
  isFinal: boolean
}

/** Restores photos, one at a time, and keeps the model loaded between them. */
export class Restorer {
  private readonly models: ModelPool
  private readonly previewer = new Previewer()
  private allowance: Partial<Allowance>

  /** libraries: folders that hold model folders, searched in this order. */
  constructor(
    libraries: string[],
    private readonly options: RestorerOptions = {},
  ) {
    this.models = new ModelPool(libraries, options.trials)
    this.allowance = options.allowance ?? {}
  }

  /** Changes what of the machine may be used, from the next photo on. */
  allow(allowance: Partial<Allowance>): void {
    this.allowance = allowance
  }

  /**
   * Does a job: reads its source, restores it and writes its output; for the viewer, that is a lossless picture to be
   * packed when it is saved. The source is only read, and nothing is left of a job that fails or is cancelled. A job
   * that was finished before, but not marked so because of a crash, is not done again.
   *
   * Throws what its parts throw: any code of a photo, a model, a destination, or `cancelled`.
   */
  async restore(job: Job, { signal, onProgress }: RestoreOptions = {}): Promise<JobResult> {
    const { source, output, purpose, settings, export: exportSettings, fingerprint, replaces } = job
    const { ledger } = this.options
    const limits = limitsOf(this.allowance)
    const finished = fingerprint === undefined ? undefined : ledger?.finished(fingerprint)
    if (finished) {
      await sweepAround(finished.output)
      return finished
    }

    const restoreWith = (session: Session) => {
      const began = performance.now()
      return withScratch((scratch) =>
        withDecoded(source, scratch, { limits, deep: isDeepened(exportSettings) }, async (photo) => {
          const { notes } = chooseEncoding(photo, exportSettings, source, limits)
          const gates = await restoreRaster(photo.raster, session, settings, { signal, onProgress })
          stopIfCancelled(signal)
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
          if (purpose === 'photo') return resultAt(await writeViewerResult(photo, output))
          const onNaming = (path: string, state: FileState) => {
            if (fingerprint !== undefined) {
              ledger?.record({ fingerprint, source, state, result: resultAt(path) })
            }
          }
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
    return this.models.use(settings.model, restoreWith, this.allowance.tile ?? undefined)
  }

  /**
   * Restores a part of a photo for the screen. One preview is made at a time; one that was cancelled meanwhile costs
   * nothing. Throws what reading and restoring throw, or `cancelled`.
   */
  preview(
    { source, settings, region, quick = false }: PreviewRequest,
    signal?: AbortSignal,
  ): Promise<PreviewResult> {
    const limits = limitsOf(this.allowance)
    const previewWith = async (session: Session, isRoomy: boolean) => {
      const request = { source, tasks: settings.tasks, region, quick, isRoomy, limits, signal }
      const preview = await this.previewer.preview(session, request)
      return { ...preview, gates: nameGates(session.manifest, preview.gates) }
    }
    return this.models.use(settings.model, previewWith, this.allowance.tile ?? undefined)
  }

  /** Closes models, the photo that was previewed, and helper processes. */
  async close(): Promise<void> {
    await this.previewer.close()
    await this.models.close()
    await endMetadata()
  }
}
