import { readFile, stat } from 'node:fs/promises'
import type { Histogram, PhotoFacts } from '../../shared/photo'
import { screenEdge, type ScreenTile, screenTileReach, screenTileSide } from '../../shared/screen'
import { viewingWorkerFile } from '../paths'
import type { Picture } from '../photos/pictures'
import { temporaryFilesIn } from '../sessionFolder'
import { WorkerHost } from '../workers/host'
import type { ViewingMethods } from './worker'

/**
 * Looks at single photos closely, in a process of its own: what the viewer waits for never queues behind the thumbnails of
 * ten thousand photos. What it makes lies in the session's folder and goes with it.
 */
export class Viewing {
  private readonly worker: WorkerHost<ViewingMethods>

  constructor(session: string) {
    this.worker = new WorkerHost<ViewingMethods>({
      file: viewingWorkerFile(),
      name: 'viewing',
      env: temporaryFilesIn(session),
    })
  }

  /** The whole photo, no larger than the screen can use. */
  async screen(source: string): Promise<Picture> {
    const version = await versionOf(source)
    const { path, mimeType } = await this.worker.call('screen', { source, version, edge: screenEdge })
    return { bytes: new Uint8Array(await readFile(path)), mimeType }
  }

  /** A part of a large photo. */
  async tile(source: string, { pyramidLevel, column, row }: ScreenTile): Promise<Picture> {
    const shrink = 2 ** pyramidLevel
    const side = screenTileSide * shrink
    const region = {
      left: column * side,
      top: row * side,
      width: side + screenTileReach * shrink,
      height: side + screenTileReach * shrink,
    }
    const version = await versionOf(source)
    const bytes = await this.worker.call('tile', { source, version, region, shrink })
    return { bytes: new Uint8Array(bytes), mimeType: 'image/png' }
  }

  /** Width and height of the upright photo, in pixels. */
  async measure(source: string): Promise<{ width: number; height: number }> {
    const { width, height } = await this.worker.call('measure', { source })
    return { width, height }
  }

  facts(source: string): Promise<PhotoFacts> {
    return this.worker.call('facts', { source })
  }

  histogram(source: string): Promise<Histogram> {
    return this.worker.call('histogram', { source })
  }

  stop(): void {
    this.worker.stop()
  }
}

async function versionOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path)
  return `${size} ${mtimeMs}`
}
