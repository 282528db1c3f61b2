import { type AsyncSubscription, subscribe } from '@parcel/watcher'
import log from 'electron-log/main'

/**
 * Watches a folder. Changes are collected from `start` on and reported from `listen` on, so that none is missed while
 * the folder is searched for the first time. A report is finished before the next one begins.
 */
export class FolderWatch {
  private readonly touched = new Set<string>()
  private subscription: AsyncSubscription | undefined
  private look: ((paths: string[]) => Promise<void>) | undefined
  private isLooking = false

  constructor(private readonly folder: string) {}

  /** A folder that cannot be watched, as on some network drives, only leaves a warning in the log. */
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
    if (this.isLooking) return
    this.isLooking = true
    while (this.look && this.touched.size > 0) {
      const paths = [...this.touched]
      this.touched.clear()
      await this.look(paths).catch((error: unknown) => log.error('Cannot look again at', this.folder, error))
    }
    this.isLooking = false
  }
}
