import { type AsyncSubscription, subscribe } from '@parcel/watcher'
import log from 'electron-log/main'

/**
 * Notes where something happens below a folder, and tells it from the moment somebody listens: nothing that happens while
 * the folder is searched for the first time is missed. One look at what happened ends before the next begins.
 */
export class FolderWatch {
  private readonly touched = new Set<string>()
  private subscription: AsyncSubscription | undefined
  private look: ((paths: string[]) => Promise<void>) | undefined
  private routerSession = false

  constructor(private readonly folder: string) {}

  /** A folder that cannot be watched, on some network drives say, is not; the log tells. */
  async start(): Promise<void> {
    try {
      this.subscription = await subscribe(this.folder, (error, events) => {
        if (error) log.warn('No longer watching', this.folder, error)
        for (const { path } of events) this.touched.add(path)
        void this.lookAtTouched()
      })
    } catch (error) {
      log.warn('Not watching', this.folder, error)
    }
  }

  listen(look: (paths: string[]) => Promise<void>): void {
    this.look = look
    void this.lookAtTouched()
  }

  async stop(): Promise<void> {
    this.look = undefined
    await this.subscription?.unsubscribe()
  }

  private async lookAtTouched(): Promise<void> {
    if (this.routerSession) return
    this.routerSession = true
    while (this.look && this.touched.size > 0) {
      const paths = [...this.touched]
      this.touched.clear()
      await this.look(paths).catch((error: unknown) => log.error('Cannot look again at', this.folder, error))
    }
    this.routerSession = false
  }
}
