import type { Job, JobResult } from '../batch/job'
import { nameGates } from '../model/gates'
import { findModel } from '../model/library'
import { loadNetwork, type Network } from '../model/session'
import type { Results } from '../batch/results'
import { decodePhoto } from '../photo/decode'
import { encodePhoto } from '../photo/encode'
import { chooseEncoding } from '../photo/encoding'
import type { FileState } from '../photo/fileState'
import type { Limits } from '../photo/limits'
import { endMetadata } from '../photo/metadata/tags'
import { withScratch } from '../photo/scratch'
import { stopIfCancelled } from './cancel'
import { type RestoreOptions, restoreRaster } from './restore'

export interface RestorerOptions {
  /** What a photo may ask of the machine. */
  limits?: Limits
  /** Where results are written down, so that finished work is recognised. */
  results?: Results
}

/** Restores photos, one at a time, and keeps the network loaded between them. */
export class Restorer {
  private loaded: { model: string; network: Network } | undefined

  /** libraries: folders that hold network folders, searched in this order. */
  constructor(
    private readonly libraries: string[],
    private readonly own: RestorerOptions = {},
  ) {}

  /**
   * Do a job: read its source, restore it, write its output. The source is only read, and nothing is left of a job that
   * fails or is cancelled. One that was finished before, and whose result nobody knows of because a crash came between,
   * is not done again. Throws what its parts throw: any code of a photo, a network, a destination, or `cancelled`.
   */
  async restore(job: Job, options: RestoreOptions = {}): Promise<JobResult> {
    const began = performance.now()
    const { source, output, settings, export: wishes, fingerprint, replaces } = job
    const { limits, results } = this.own
    const finished = fingerprint === undefined ? undefined : results?.finished(fingerprint)
    if (finished) return finished

    const network = await this.networkOf(settings.model)
    return withScratch(async (scratch) => {
      const photo = await decodePhoto(source, scratch, {
        ...(limits && { limits }),
        deep:
          wishes.depth === '16' &&
          (wishes.format === 'png' || wishes.format === 'tiff' || wishes.format === 'source'),
      })
      try {
        const { notes } = chooseEncoding(photo, wishes, source)
        const gates = await restoreRaster(photo.raster, network, settings, options)
        stopIfCancelled(options.signal)
        const { width, height } = photo.raster.shape
        const resultAt = (path: string): JobResult => ({
          output: path,
          width,
          height,
          seconds: (performance.now() - began) / 1000,
          gates: nameGates(network.manifest, gates),
          provider: network.provider,
          notes: [...photo.notes, ...notes],
        })
        const onNaming = (path: string, state: FileState) => {
          if (fingerprint !== undefined) {
            results?.record({ fingerprint, source, state, result: resultAt(path) })
          }
        }
        return resultAt(await encodePhoto(photo, source, output, scratch, wishes, { replaces, onNaming }))
      } finally {
        await photo.raster.close()
      }
    })
  }

  /** Let go of the network and of helper processes. */
  async close(): Promise<void> {
    await this.loaded?.network.close()
    this.loaded = undefined
    await endMetadata()
  }

  private async networkOf(model: string): Promise<Network> {
    if (this.loaded?.model !== model) {
      await this.loaded?.network.close()
      this.loaded = undefined
      this.loaded = { model, network: await loadNetwork(await findModel(model, this.libraries)) }
    }
    return this.loaded.network
  }
}
