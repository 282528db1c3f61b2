import { readFile } from 'node:fs/promises'
import { versionOf } from '../../core/files/state'
import type { Histogram, PhotoFacts, PhotoSize } from '../../shared/photo'
import { screenEdge, type ScreenTile, screenTileReach, screenTileSide } from '../../shared/screen'
import type { Picture } from '../photos/photoProtocol'
import { temporaryFilesIn } from '../sessionFolder'
import { WorkerHost } from '../workers/host'
import type { ViewingMethods } from './worker'

/**
 * Makes what the viewer shows of one photo, in a process of its own, so that the viewer never waits for the thumbnails
 * of ten thousand photos. Its files lie in the session's folder and are deleted with it.
 */
export class Viewing {
  private readonly worker: WorkerHost<ViewingMethods>

  constructor(sessionFolder: string) {
    this.worker = new WorkerHost<ViewingMethods>({
      name: 'viewing',
      env: temporaryFilesIn(sessionFolder),
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
  async measure(source: string): Promise<PhotoSize> {
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
