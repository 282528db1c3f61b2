import { rename } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { ExportSettings } from '../core/batch/job'
import { PetrichorError } from '../core/errors'
import { outputExtension } from '../core/photo/formats'
import { placeCopy } from '../core/photo/place'
import type { OpenedPhotos } from './photos/openedPhotos'
import { isSameFile } from './photos/sameFile'

/** `photo-restored.png` beside `photo.jpg`, for a result that becomes a PNG. */
export function suggestedName(source: string, { format }: ExportSettings): string {
  const name = `${basename(source, extname(source))}-restored${outputExtension(source, format)}`
  return join(dirname(source), name)
}

/**
 * Save a copy of a result where the user said; the dialog has asked before another file is replaced. A name without the
 * result's extension gets it. Returns the path.
 *
 * Throws `original-protected` for the photo that was restored and for all that are open.
 */
export async function saveAs(
  output: string,
  chosen: string,
  source: string,
  photos: OpenedPhotos,
): Promise<string> {
  const extension = extname(output)
  const target = hasExtension(chosen, extension) ? chosen : `${chosen}${extension}`
  if ((await isSameFile(target, source)) || (await photos.holds(target))) throw originalProtected(target)

  const written = await placeCopy(output, target)
  // A copy never takes a name that is in use, but this one was confirmed, unless the extension has changed it.
  if (written === target || target !== chosen) return written
  await rename(written, target)
  return target
}

function hasExtension(path: string, extension: string): boolean {
  const kind = (text: string) => text.toLowerCase().replace('jpeg', 'jpg').replace('tiff', 'tif')
  return kind(extname(path)) === kind(extension)
}

function originalProtected(path: string): PetrichorError {
  return new PetrichorError(
    'original-protected',
    `“${basename(path)}” is an original, and originals are never overwritten.`,
    'Save under another name.',
  )
}
