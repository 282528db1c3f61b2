import { PetrichorError } from '../errors'
import { findModel, type InstalledModel } from '../model/library'
import { type Provider, type ProviderTrials, providerNames } from '../model/providers'
import type { Network } from '../model/session'
import { LoadedNetworks } from './loadedNetworks'

/** With what a network is run; less where the machine cannot give it. */
interface Means {
  provider: Provider
  tile: number
}

/** A tile smaller than this is not worth trying where memory is short. */
const smallestTile = 128

/** The networks of some libraries, each on the best that the machine has for it. */
export class Networks {
  private readonly loaded = new LoadedNetworks()

  constructor(
    private readonly libraries: string[],
    private readonly trials?: ProviderTrials,
  ) {}

  /** Let go of all that nobody uses. */
  close(): Promise<void> {
    return this.loaded.close()
  }

  /**
   * Work with a network on the provider that is trusted with it, and again with less where that fails: with smaller tiles
   * while memory is short, then on the CPU. Throws `model-not-found`, `model-invalid`, and what the work throws.
   */
  async use<T>(idOrFolder: string, work: (network: Network) => Promise<T>): Promise<T> {
    const model = await findModel(idOrFolder, this.libraries)
    let means: Means = {
      provider: (await this.trials?.choose(model)) ?? 'cpu',
      tile: model.manifest.tile,
    }
    for (;;) {
      const { provider, tile } = means
      try {
        return await this.loaded.use(model, { provider }, (network) =>
          work({ ...network, manifest: { ...network.manifest, tile } }),
        )
      } catch (error) {
        const less = await this.lessThan(means, model, error)
        if (!less) throw error
        means = less
      }
    }
  }

  private async lessThan(
    { provider, tile }: Means,
    model: InstalledModel,
    error: unknown,
  ): Promise<Means | undefined> {
    if (!(error instanceof PetrichorError)) return undefined
    const { multiple, overlap, tile: usual } = model.manifest
    const smaller = Math.floor(tile / 2 / multiple) * multiple
    if (error.code === 'out-of-memory' && smaller >= Math.max(smallestTile, 2 * overlap)) {
      return { provider, tile: smaller }
    }
    const isProvidersFault = ['out-of-memory', 'bad-result', 'provider-unusable'].includes(error.code)
    if (provider === 'cpu' || !isProvidersFault) return undefined
    if (error.code !== 'out-of-memory') {
      await this.trials?.setAside(model, provider, `${providerNames[provider]} failed: ${error.message}`)
    }
    return { provider: 'cpu', tile: usual }
  }
}
