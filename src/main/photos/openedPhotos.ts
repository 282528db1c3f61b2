import { createHash } from 'node:crypto'
import { lstat, stat } from 'node:fs/promises'
import { basename, dirname, extname, relative, sep } from 'node:path'
import log from 'electron-log/main'
import { commonFolder, expandSources, type Source } from '../../core/batch/plan'
import { isFolder } from '../../core/files/state'
import { hasPhotoExtension } from '../../core/photo/extensions'
import { PetrichorError } from '../../shared/errors'
import { formatIds, listFormats } from '../../shared/formats'
import type { Opened, Photo, PhotosChange } from '../../shared/photo'
import { isSameFile } from './sameFile'

/**
 * The files that the user opened in this session, and results that may be shown. The window knows them by id alone, and
 * no other file is ever read on its behalf.
 */
export class OpenedPhotos {
  private readonly opened = new Map<string, Source>()
  /** Paths of results that may be shown, by their ids. */
  private readonly shownResults = new Map<string, string>()

  /**
   * Opens files and folders, with subfolders where `deep`. What cannot be read is skipped as long as there is something
   * else. Throws `no-photos`, or the error of the first path that could not be read.
   */
  async open(paths: string[], deep: boolean): Promise<Opened> {
    const failures = new Map<string, PetrichorError>()
    const sources = await expandSources(paths, {
      deep,
      onFailure: (path, error) => {
        log.warn('Passed over', path, error)
        failures.set(path, error)
      },
    })
    const photos = await this.describeAll(sources)
    if (photos.length === 0) {
      const [failure] = failures.values()
      if (failure) throw failure
      throw new PetrichorError(
        'no-photos',
        'There are no photos here that Petrichor can open.',
        `Open ${listFormats(formatIds, 'or')} files, or a folder that holds some.`,
      )
    }
    const root = await soleFolder(paths)
    return {
      folder: root ?? commonFolder(sources.map(({ path }) => path)),
      root,
      photos,
      passedOver: [...failures.keys()],
    }
  }

  /** Looks again at files and folders below an opened folder that the watcher reported. */
  async refresh(root: string, paths: string[], deep: boolean): Promise<PhotosChange> {
    const changed: Photo[] = []
    const removed: string[] = []
    for (const path of paths) {
      const found = await lstat(path).catch(() => undefined)
      if (!found) removed.push(...this.forget(path))
      else changed.push(...(await this.describeAll(await sourcesAt(root, path, deep))))
    }
    return { changed, removed }
  }

  /** Allows a result to be shown; returns its id. */
  admitResult(path: string): string {
    const id = idFor(path)
    this.shownResults.set(id, path)
    return id
  }

  /** An opened photo. Throws `invalid-call` for an unknown id. */
  get(id: string): Source {
    const source = this.opened.get(id)
    if (source) return source
    throw new PetrichorError('invalid-call', 'This photo is not open.', 'Open it again.')
  }

  /** Path of an opened photo or of a result. Throws `invalid-call` for an unknown id. */
  pathToShow(id: string): string {
    return this.shownResults.get(id) ?? this.get(id).path
  }

  /** Id of an opened photo by its path; undefined where it is not open. */
  idOf(path: string): string | undefined {
    const id = idFor(path)
    return this.opened.has(id) ? id : undefined
  }

  /** Whether a path leads to an opened photo, also through links or another spelling. */
  async holds(path: string): Promise<boolean> {
    for (const opened of this.opened.values()) {
      if (await isSameFile(opened.path, path)) return true
    }
    return false
  }

  /** Forgets a photo that is gone, or all photos below a folder that is gone; returns their ids. */
  private forget(path: string): string[] {
    const gone = [...this.opened].flatMap(([id, source]) =>
      source.path === path || source.path.startsWith(path + sep) ? [id] : [],
    )
    for (const id of gone) this.opened.delete(id)
    return gone
  }

  private async describeAll(sources: Source[]): Promise<Photo[]> {
    const photos = await Promise.all(sources.map((source) => this.describe(source)))
    return photos.filter((photo) => photo !== undefined)
  }

  /** Undefined for a file that has vanished meanwhile. */
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

/** The photos at a path below a root, just as opening the root would find them. */
async function sourcesAt(root: string, path: string, deep: boolean): Promise<Source[]> {
  const inside = relative(root, path)
  const isHidden = inside.split(sep).some((part) => part.startsWith('.'))
  if (isHidden || (!deep && inside.includes(sep))) return []
  const found = await lstat(path).catch(() => undefined)
  if (found?.isFile() && hasPhotoExtension(extname(path))) {
    return [{ path, folder: relative(root, dirname(path)) }]
  }
  if (!found?.isDirectory() || !deep) return []
  const below = await expandSources([path], {
    onFailure: (path, error) => log.warn('Passed over', path, error),
  })
  return below.map((source) => ({ ...source, folder: relative(root, dirname(source.path)) }))
}

/** The folder, where the paths are one folder and nothing else; null otherwise. */
export async function soleFolder(paths: string[]): Promise<string | null> {
  const [path, ...others] = paths
  if (path === undefined || others.length > 0) return null
  return (await isFolder(path)) ? path : null
}

function idFor(path: string): string {
  return createHash('sha256').update(path).digest('base64url').slice(0, 22)
}
