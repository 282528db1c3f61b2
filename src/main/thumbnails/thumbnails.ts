import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import log from 'electron-log/main'
import { thumbnailsWorkerFile } from '../paths'
import type { Picture } from '../photos/pictures'
import { WorkerHost } from '../workers/host'
import { DiskCache } from './diskCache'
import { LatestFirst } from './latestFirst'
import type { ThumbnailMethods } from './worker'

const edge = 320
const quality = 80
/** Room for some thirty thousand. */
const mostBytes = 512 * 1024 * 1024
/** So many photos are measured in one call; between two calls others have their turn. */
const measuredAtOnce = 50
const mimeType = 'image/jpeg'

/**
 * Small pictures of photos: the camera's own preview at once, and a better one as soon as it is made, which is kept on the
 * disk for as long as the photo keeps its size and time.
 */
export class Thumbnails {
  private readonly worker = new WorkerHost<ThumbnailMethods>({
    file: thumbnailsWorkerFile(),
    name: 'thumbnails',
  })
  private readonly turns = new LatestFirst(Math.max(availableParallelism() - 1, 1))
  private readonly cache: DiskCache

  /** folder: of the cache; onMade: told of each photo that now has a better thumbnail than the one it was given. */
  constructor(
    folder: string,
    private readonly onMade: (path: string) => void,
  ) {
    this.cache = new DiskCache({ folder, extension: '.jpg', mostBytes })
  }

  /** Start the process ahead of the first thumbnail. */
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

  /** Megapixels of photos, undefined where they cannot be told; `found` gets them little by little, in their order. */
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
  const { size, mtimeMs } = await stat(path)
  return createHash('sha256').update(`${path}\n${size}\n${mtimeMs}\n${edge}`).digest('hex')
}

async function pictureIn(file: string): Promise<Picture> {
  return { bytes: new Uint8Array(await readFile(file)), mimeType }
}
