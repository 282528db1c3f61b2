import { PetrichorError } from '../../shared/errors'
import { type Provider, providerNames } from '../../shared/providers'
import { findModel, type InstalledModel } from '../model/library'
import type { Manifest } from '../model/manifest'
import type { Session } from '../model/session'
import type { ProviderTrials } from '../providers/trials'
import { LoadedModels } from './loadedModels'

/** With what a model is run; less where the machine cannot give it. */
interface Means {
  provider: Provider
  tile: number
}

/** A tile smaller than this is not worth trying where memory is short. */
const smallestTile = 128

/** The models of some libraries, each on the best that the machine has for it. */
export class ModelPool {
  private readonly loaded = new LoadedModels()

  constructor(
    private readonly libraries: string[],
    private readonly trials?: ProviderTrials,
  ) {}

  /** Let go of all that nobody uses. */
  close(): Promise<void> {
    return this.loaded.close()
  }

  /**
   * Work with a model on the provider that is trusted with it, and again with less where that fails: with smaller tiles
   * while memory is short, then on the CPU. `wishedTile` is the side of a tile in pixels where it is not the model's to
   * suggest; the nearest that the model can do is taken. `isRoomy` tells the work that neither speaks for small tiles.
   * Throws `model-not-found`, `model-invalid`, and what the work throws.
   */
  async use<T>(
    idOrFolder: string,
    work: (session: Session, isRoomy: boolean) => Promise<T>,
    wishedTile?: number,
  ): Promise<T> {
    const model = await findModel(idOrFolder, this.libraries)
    const usual = wishedTile === undefined ? model.manifest.tile : possibleTile(wishedTile, model.manifest)
    let means: Means = { provider: (await this.trials?.choose(model)) ?? 'cpu', tile: usual }
    for (;;) {
      const { provider, tile } = means
      try {
        const isRoomy = wishedTile === undefined && tile === usual
        return await this.loaded.use(model, { provider }, (session) =>
          work({ ...session, manifest: { ...session.manifest, tile } }, isRoomy),
        )
      } catch (error) {
        const less = await this.lessThan(means, usual, model, error)
        if (!less) throw error
        means = less
      }
    }
  }

  private async lessThan(
    { provider, tile }: Means,
    usual: number,
    model: InstalledModel,
    error: unknown,
  ): Promise<Means | undefined> {
    if (!(error instanceof PetrichorError)) return undefined
    const { multiple, overlap } = model.manifest
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

/** The side nearest to the wished one that a model can work with. */
function possibleTile(wished: number, { multiple, overlap }: Manifest): number {
  const least = Math.ceil((2 * overlap) / multiple)
  return Math.max(Math.round(wished / multiple), least, 1) * multiple
}
