import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import log from 'electron-log/main'
import { commonFolder, expandSources, type Source } from '../../core/batch/plan'
import { PetrichorError } from '../../core/errors'
import type { Opened, Photo } from '../../shared/contract'
import { isSameFile } from './sameFile'

/**
 * The files that the user opened, or that were made from them, in this session. The window knows them by id alone, and
 * nothing else is ever read on its behalf.
 */
export class OpenedPhotos {
  private readonly opened = new Map<string, Source>()
  private readonly results = new Map<string, string>()

  /**
   * Open files and folders; what may not be looked at is passed over as long as there is something else. Throws
   * `no-photos`, or why the only thing named could not be opened.
   */
  async open(paths: string[]): Promise<Opened> {
    const failures: PetrichorError[] = []
    const sources = await expandSources(paths, {
      onFailure: (path, error) => {
        log.warn('Passed over', path, error)
        failures.push(error)
      },
    })
    if (sources.length === 0) {
      const [failure] = failures
      if (failure) throw failure
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

  /** Let a result be shown; returns its id. */
  admitResult(path: string): string {
    const id = idFor(path)
    this.results.set(id, path)
    return id
  }

  /** An opened photo. Throws `invalid-call` for an id that was never given out. */
  get(id: string): Source {
    const source = this.opened.get(id)
    if (source) return source
    throw new PetrichorError('invalid-call', 'This photo is not open.', 'Open it again.')
  }

  /** Path of an opened photo or of a result. Throws `invalid-call` for an id that was never given out. */
  pathToShow(id: string): string {
    return this.results.get(id) ?? this.get(id).path
  }

  /** The id of a path, where it is open. */
  idOf(path: string): string | undefined {
    const id = idFor(path)
    return this.opened.has(id) ? id : undefined
  }

  /** Whether a path leads to a file that is open, by whatever way. */
  async holds(path: string): Promise<boolean> {
    for (const opened of this.opened.values()) {
      if (await isSameFile(opened.path, path)) return true
    }
    return false
  }

  /** Undefined for a file that vanished meanwhile. */
  private async describe(source: Source): Promise<Photo | undefined> {
    const found = await stat(source.path).catch(() => undefined)
    if (!found) return undefined
    const id = idFor(source.path)
    this.opened.set(id, source)
    return {
      id,
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
