import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import log from 'electron-log/main'
import { versionOf } from '../../core/files/state'
import type { Picture } from '../photos/photoProtocol'
import { WorkerHost } from '../workers/host'
import { DiskCache } from './diskCache'
import { LatestFirst } from './latestFirst'
import type { ThumbnailMethods } from './worker'

const edge = 320
const quality = 80
/** Size limit of the cache in bytes: enough for some thirty thousand thumbnails. */
const mostBytes = 512 * 1024 * 1024
/** How many photos are measured in one call; other calls get their turn in between. */
const measuredAtOnce = 50
const mimeType = 'image/jpeg'

/**
 * Small pictures of photos: the camera's own preview at once, then a better one as soon as it is made. That is cached
 * on disk until the photo's size or time changes.
 */
export class Thumbnails {
  private readonly worker = new WorkerHost<ThumbnailMethods>({ name: 'thumbnails' })
  private readonly turns = new LatestFirst(Math.max(availableParallelism() - 1, 1))
  private readonly cache: DiskCache

  /** folder: of the cache; onMade: called with each photo that now has a better thumbnail than its embedded preview. */
  constructor(
    folder: string,
    private readonly onMade: (path: string) => void,
  ) {
    this.cache = new DiskCache({ folder, extension: '.jpg', mostBytes })
  }

  /** Starts the process ahead of the first call. */
  warmUp(): void {
    this.worker.warmUp()
  }

  async of(path: string): Promise<Picture> {
    const key = await keyOf(path)
    const kept = await this.cache.find(key)
    if (kept) return pictureIn(kept)

    const embedded = await this.worker.call('embedded', { source: path })
    if (!embedded) return pictureIn(await this.make(key, path))
    this.make(key, path).then(
      () => this.onMade(path),
      (error: unknown) => log.warn('The embedded preview stays for', path, error),
    )
    return { bytes: new Uint8Array(embedded), mimeType }
  }

  /**
   * Measures photos in megapixels, undefined where that fails; `found` is called for some at a time, in their order.
   */
  async measure(
    sources: string[],
    found: (megapixels: Map<string, number | undefined>) => void,
  ): Promise<void> {
    for (let start = 0; start < sources.length; start += measuredAtOnce) {
      const some = sources.slice(start, start + measuredAtOnce)
      const megapixels = await this.worker.call('megapixels', { sources: some })
      found(new Map(some.map((source, index) => [source, megapixels[index] ?? undefined])))
    }
  }

  stop(): void {
    this.worker.stop()
  }

  private make(key: string, source: string): Promise<string> {
    return this.cache.get(key, (target) =>
      this.turns.run(() => this.worker.call('make', { source, target, edge, quality })),
    )
  }
}

async function keyOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(`${path}\n${await versionOf(path)}\n${edge}`)
    .digest('hex')
}

async function pictureIn(file: string): Promise<Picture> {
  return { bytes: new Uint8Array(await readFile(file)), mimeType }
}
