import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { PetrichorError } from '../errors'
import { hasPhotoExtension } from '../photo/formats'
import { numbered } from '../photo/place'

/** A photo to restore, and where it lies below the folder it was found through ('' for a file named by itself). */
export interface Source {
  path: string
  folder: string
}

/**
 * Expand files and folders to photos. A file that is named is taken whatever it is, so that its failure can be told;
 * folders are searched to their depths for files that look like photos, hidden ones and links left out.
 *
 * Throws `not-found` or `unreadable` for what cannot be looked at.
 */
export async function expandSources(paths: string[]): Promise<Source[]> {
  const sources: Source[] = []
  for (const path of paths.map((path) => resolve(path))) {
    const found = await stat(path).catch((cause: unknown) => {
      throw new PetrichorError('not-found', `“${basename(path)}” is not there.`, 'Check the path.', cause)
    })
    if (found.isDirectory()) sources.push(...(await photosIn(path)))
    else sources.push({ path, folder: '' })
  }
  return sources
}

/** Photos below a folder, in the order of their names, folders after files. */
export async function photosIn(root: string, folder = root): Promise<Source[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new PetrichorError(
      'unreadable',
      `“${folder}” may not be read.`,
      'Check the permissions of the folder.',
      cause,
    )
  })
  const visible = entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  const photos = visible
    .filter((entry) => entry.isFile() && hasPhotoExtension(extname(entry.name)))
    .map(({ name }) => ({ path: join(folder, name), folder: relative(root, folder) }))
  for (const { name } of visible.filter((entry) => entry.isDirectory())) {
    photos.push(...(await photosIn(root, join(folder, name))))
  }
  return photos
}

/**
 * Where each source is written below a destination: its tree is kept, and no two outputs are the same file, also where
 * letter case does not tell names apart. Outputs that would be one of the sources get a number too.
 */
export function planOutputs(sources: Source[], destination: string): string[] {
  const taken = new Set(sources.map(({ path }) => path.toLowerCase()))
  return sources.map(({ path, folder }) => {
    const wished = join(resolve(destination), folder, basename(path))
    for (let number = 1; ; number++) {
      const output = numbered(wished, number)
      if (!taken.has(output.toLowerCase())) {
        taken.add(output.toLowerCase())
        return output
      }
    }
  })
}

/** The folder that files named together have in common, for display. */
export function commonFolder(paths: string[]): string {
  const folders = paths.map((path) => dirname(resolve(path)))
  return folders.reduce((common, folder) => {
    while (relative(common, folder).startsWith('..') && common !== dirname(common)) common = dirname(common)
    return common
  })
}
