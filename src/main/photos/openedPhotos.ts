import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { commonFolder, expandSources, type Source } from '../../core/batch/plan'
import { PetrichorError } from '../../core/errors'
import type { Opened, Photo } from '../../shared/contract'

/**
 * The files that the user opened, or that were made from them, in this session. The window knows them by id alone, and
 * nothing else is ever read on its behalf.
 */
export class OpenedPhotos {
  private readonly sources = new Map<string, Source>()

  /** Open files and folders. Throws `no-photos` where there are none among them. */
  async open(paths: string[]): Promise<Opened> {
    const sources = await expandSources(paths)
    if (sources.length === 0) {
      throw new PetrichorError(
        'no-photos',
        'There are no photos here that Petrichor can open.',
        'Open JPEG, PNG, TIFF or WebP files, or a folder that holds some.',
      )
    }
    const photos = await Promise.all(sources.map((source) => this.describe(source)))
    return {
      folder: commonFolder(sources.map(({ path }) => path)),
      photos: photos.filter((photo) => photo !== undefined),
    }
  }

  /** Let a file that Petrichor wrote be shown; returns its id. */
  admit(path: string): string {
    return this.register({ path, folder: '' })
  }

  /** Throws `invalid-call` for an id that was never given out. */
  get(id: string): Source {
    const source = this.sources.get(id)
    if (source) return source
    throw new PetrichorError('invalid-call', 'This photo is not open.', 'Open it again.')
  }

  /** The id of a path, where it is open. */
  idOf(path: string): string | undefined {
    const id = idFor(path)
    return this.sources.has(id) ? id : undefined
  }

  private register(source: Source): string {
    const id = idFor(source.path)
    this.sources.set(id, source)
    return id
  }

  /** Undefined for a file that vanished meanwhile. */
  private async describe(source: Source): Promise<Photo | undefined> {
    const found = await stat(source.path).catch(() => undefined)
    if (!found) return undefined
    return {
      id: this.register(source),
      name: basename(source.path),
      folder: source.folder,
      bytes: found.size,
      modified: found.mtimeMs,
    }
  }
}

function idFor(path: string): string {
  return createHash('sha256').update(path).digest('base64url').slice(0, 22)
}
