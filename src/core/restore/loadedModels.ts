import { loadNetwork, type LoadOptions, type Network } from '../model/session'
import type { InstalledModel } from '../model/library'

interface Entry {
  network: Promise<Network>
  users: number
}

/** Networks that are in use, and the one that was used last, so that the next photo finds it loaded. */
export class LoadedNetworks {
  private readonly entries = new Map<string, Entry>()
  private latest = ''

  /** Work with a network on a provider; it stays loaded at least until the work ends. Throws what `loadNetwork` throws. */
  async use<T>(
    model: InstalledModel,
    options: LoadOptions,
    work: (network: Network) => Promise<T>,
  ): Promise<T> {
    const key = JSON.stringify([model.folder, model.manifest.sha256, options.provider])
    const entry = this.entries.get(key) ?? { network: loadNetwork(model, options), users: 0 }
    this.entries.set(key, entry)
    this.latest = key
    entry.users++
    try {
      return await work(await entry.network)
    } catch (error) {
      // One that could not be loaded is loaded anew the next time.
      await entry.network.catch(() => this.entries.delete(key))
      throw error
    } finally {
      entry.users--
      await this.closeIdle(this.latest)
    }
  }

  /** Let go of all that nobody uses. */
  close(): Promise<void> {
    return this.closeIdle()
  }

  private async closeIdle(except?: string): Promise<void> {
    for (const [key, { network, users }] of this.entries) {
      if (users > 0 || key === except) continue
      this.entries.delete(key)
      await (await network).close()
    }
  }
}
