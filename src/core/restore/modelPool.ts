import { PetrichorError } from '../../shared/errors'
import { type Provider, providerNames } from '../../shared/providers'
import { findModel, type InstalledModel } from '../model/library'
import type { Manifest } from '../model/manifest'
import { loadSession, type Session } from '../model/session'
import type { ProviderTrials } from '../providers/trials'

/** With what a model is run next; less than before where the machine could not give it. */
interface Attempt {
  provider: Provider
  tile: number
}

interface Loaded {
  session: Promise<Session>
  users: number
}

/** A tile smaller than this is not worth trying where memory is short. */
const smallestTile = 128

/**
 * The models of some libraries, each on the best provider that the machine has for it. Those in use stay loaded, and so
 * does the one that was used last, so that the next photo finds it ready.
 */
export class ModelPool {
  private readonly loaded = new Map<string, Loaded>()
  private latest = ''

  constructor(
    private readonly libraries: string[],
    private readonly trials?: ProviderTrials,
  ) {}

  /** Closes every model that is not in use. */
  close(): Promise<void> {
    return this.closeIdle()
  }

  /**
   * Works with a model on the provider that is trusted with it, and again with less where that fails: with smaller
   * tiles while memory is short, then on the CPU. `tileSide`, in pixels, overrides the side that the model suggests;
   * the nearest possible one is taken. `isRoomy` is true unless memory or `tileSide` asks for small tiles.
   *
   * Throws `model-not-found`, `model-invalid`, and what the work throws.
   */
  async use<T>(
    idOrFolder: string,
    work: (session: Session, isRoomy: boolean) => Promise<T>,
    tileSide?: number,
  ): Promise<T> {
    const model = await findModel(idOrFolder, this.libraries)
    const usual = tileSide === undefined ? model.manifest.tile : possibleTile(tileSide, model.manifest)
    let attempt: Attempt = { provider: (await this.trials?.choose(model)) ?? 'cpu', tile: usual }
    for (;;) {
      const { provider, tile } = attempt
      try {
        const isRoomy = tileSide === undefined && tile === usual
        return await this.withSession(model, provider, (session) =>
          work({ ...session, manifest: { ...session.manifest, tile } }, isRoomy),
        )
      } catch (error) {
        const less = await this.lessThan(attempt, usual, model, error)
        if (!less) throw error
        attempt = less
      }
    }
  }

  private async lessThan(
    { provider, tile }: Attempt,
    usual: number,
    model: InstalledModel,
    error: unknown,
  ): Promise<Attempt | undefined> {
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

  /** The model stays loaded at least until the work ends. Throws what `loadSession` throws. */
  private async withSession<T>(
    model: InstalledModel,
    provider: Provider,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const key = JSON.stringify([model.folder, model.manifest.sha256, provider])
    const loaded = this.loaded.get(key) ?? { session: loadSession(model, { provider }), users: 0 }
    this.loaded.set(key, loaded)
    this.latest = key
    loaded.users++
    try {
      return await work(await loaded.session)
    } catch (error) {
      // A model that could not be loaded is loaded anew the next time.
      await loaded.session.catch(() => this.loaded.delete(key))
      throw error
    } finally {
      loaded.users--
      await this.closeIdle(this.latest)
    }
  }

  private async closeIdle(except?: string): Promise<void> {
    for (const [key, { session, users }] of this.loaded) {
      if (users > 0 || key === except) continue
      this.loaded.delete(key)
      await (await session).close()
    }
  }
}

/** The side nearest to the given one that a model can work with. */
function possibleTile(side: number, { multiple, overlap }: Manifest): number {
  const least = Math.ceil((2 * overlap) / multiple)
  return Math.max(Math.round(side / multiple), least, 1) * multiple
}
