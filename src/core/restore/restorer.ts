import type { Job, JobResult } from '../batch/job'
import { nameGates } from '../model/gates'
import { findModel } from '../model/library'
import { loadNetwork, type Network } from '../model/session'
import { decodePhoto } from '../photo/decode'
import { encodePhoto } from '../photo/encode'
import { endMetadata } from '../photo/metadata/tiff'
import { withScratch } from '../photo/scratch'
import { stopIfCancelled } from './cancel'
import { type RestoreOptions, restoreRaster } from './restore'

/** Restores photos, one at a time, and keeps the network loaded between them. */
export class Restorer {
  private loaded: { model: string; network: Network } | undefined

  /** libraries: folders that hold network folders, searched in this order. */
  constructor(private readonly libraries: string[]) {}

  /**
   * Do a job: read its source, restore it, write its output. The source is only read, and nothing is left of a job that
   * fails or is cancelled. Throws what its parts throw: any code of a photo, a network, a destination, or `cancelled`.
   */
  async restore({ source, output, settings }: Job, options: RestoreOptions = {}): Promise<JobResult> {
    const began = performance.now()
    const network = await this.networkOf(settings.model)
    return withScratch(async (scratch) => {
      const photo = await decodePhoto(source, scratch)
      try {
        const gates = await restoreRaster(photo.raster, network, settings, options)
        stopIfCancelled(options.signal)
        const { width, height } = photo.raster.shape
        return {
          output: await encodePhoto(photo, source, output, scratch),
          width,
          height,
          seconds: (performance.now() - began) / 1000,
          gates: nameGates(network.manifest, gates),
          provider: network.provider,
        }
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
