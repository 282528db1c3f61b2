import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import type { PetrichorError } from '../errors'
import type { PlacingSettings } from './job'
import { hasPhotoExtension } from '../photo/formats'
import { missing } from '../photo/missing'
import { numbered } from '../photo/place'

/** A photo to restore, and where it lies below the folder it was found through ('' for a file named by itself). */
export interface Source {
  /** Absolute. */
  path: string
  folder: string
}

export interface SearchOptions {
  /** False: only what lies in the folders themselves. */
  deep?: boolean
  /** A folder to pass over where it lies below one that is searched: the results of last time are no sources. */
  except?: string
  /** Told what may not be looked at, and the search goes on; without it the first such error is thrown. */
  onFailure?: (path: string, error: PetrichorError) => void
}

/** Names in an order that a person expects, 2 before 10, and the same on every machine. */
const byName = new Intl.Collator('en', { numeric: true })

/**
 * Expand files and folders to photos, each once. A file that is named is taken whatever it is, so that its failure can
 * be told; folders are searched to their depths for files that look like photos, hidden ones and links left out, in the
 * order of their names, folders after files.
 *
 * Throws `not-found` or `unreadable` for what cannot be looked at, unless `onFailure` is there to be told.
 */
export async function expandSources(paths: string[], options: SearchOptions = {}): Promise<Source[]> {
  const sources = new Map<string, Source>()
  for await (const source of search(paths, options)) {
    if (!sources.has(source.path)) sources.set(source.path, source)
  }
  return [...sources.values()]
}

async function* search(
  paths: string[],
  { deep = true, except, onFailure }: SearchOptions,
): AsyncGenerator<Source> {
  const passedOver = except === undefined ? undefined : resolve(except)

  async function* photosIn(root: string, folder: string): AsyncGenerator<Source> {
    const entries = await orFailure(folder, readdir(folder, { withFileTypes: true }))
    const visible = (entries ?? [])
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => byName.compare(a.name, b.name))
    for (const entry of visible.filter((entry) => entry.isFile() && hasPhotoExtension(extname(entry.name)))) {
      yield { path: join(folder, entry.name), folder: relative(root, folder) }
    }
    if (!deep) return
    for (const entry of visible.filter((entry) => entry.isDirectory())) {
      const path = join(folder, entry.name)
      if (path !== passedOver) yield* photosIn(root, path)
    }
  }

  async function orFailure<T>(path: string, look: Promise<T>): Promise<T | undefined> {
    try {
      return await look
    } catch (cause) {
      const error = missing(path, cause)
      if (!onFailure) throw error
      onFailure(path, error)
      return undefined
    }
  }

  for (const path of paths.map((path) => resolve(path))) {
    const found = await orFailure(path, stat(path))
    if (found?.isDirectory()) yield* photosIn(path, path)
    else if (found) yield { path, folder: '' }
  }
}

/**
 * Where the result of each source is written. No two outputs are the same file, also where letter case, or the way accents
 * are stored, does not tell names apart. Outputs that would be one of the sources get a number too.
 */
export function planOutputs(sources: Source[], { destination }: PlacingSettings): string[] {
  const taken = new Set(sources.map(({ path }) => sameFile(path)))
  const folderOf = ({ path, folder }: Source): string => {
    switch (destination.kind) {
      case 'beside':
        return dirname(path)
      case 'folder':
        return resolve(destination.folder)
      case 'tree':
        return join(resolve(destination.folder), folder)
    }
  }
  return sources.map((source) => {
    const wished = join(folderOf(source), basename(source.path))
    for (let number = 1; ; number++) {
      const output = numbered(wished, number)
      if (!taken.has(sameFile(output))) {
        taken.add(sameFile(output))
        return output
      }
    }
  })
}

/** Equal for paths that some file system takes for the same file. */
function sameFile(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

/** The folder that files have in common, for display; there must be at least one. */
export function commonFolder(paths: string[]): string {
  const folders = paths.map((path) => dirname(resolve(path)))
  return folders.reduce((common, folder) => {
    while (relative(common, folder).startsWith('..') && common !== dirname(common)) common = dirname(common)
    return common
  })
}
