import type { InstalledModel } from '../model/library'
import { type LoadOptions, loadSession, type Session } from '../model/session'

interface Entry {
  session: Promise<Session>
  users: number
}

/** Models that are in use, and the one that was used last, so that the next photo finds it loaded. */
export class LoadedModels {
  private readonly entries = new Map<string, Entry>()
  private latest = ''

  /** Work with a model on a provider; it stays loaded at least until the work ends. Throws what `loadSession` throws. */
  async use<T>(
    model: InstalledModel,
    options: LoadOptions,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const key = JSON.stringify([model.folder, model.manifest.sha256, options.provider])
    const entry = this.entries.get(key) ?? { session: loadSession(model, options), users: 0 }
    this.entries.set(key, entry)
    this.latest = key
    entry.users++
    try {
      return await work(await entry.session)
    } catch (error) {
      // One that could not be loaded is loaded anew the next time.
      await entry.session.catch(() => this.entries.delete(key))
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
    for (const [key, { session, users }] of this.entries) {
      if (users > 0 || key === except) continue
      this.entries.delete(key)
      await (await session).close()
    }
  }
}
