import { basename, dirname, extname, join } from 'node:path'
import type { ResultLedger } from '../../core/batch/ledger'
import { placeCopy } from '../../core/files/place'
import { lstatOf } from '../../core/files/state'
import { outputExtension } from '../../core/photo/extensions'
import { PetrichorError } from '../../shared/errors'
import type { ExportSettings } from '../../shared/settings'
import type { OpenedPhotos } from '../photos/openedPhotos'
import { isSameFile } from '../photos/sameFile'
import type { FinishedJob } from './restoreQueue'

/** `photo-restored.png` beside `photo.jpg`, for a result that becomes a PNG. */
export function suggestedName(source: string, { format }: ExportSettings): string {
  const name = `${basename(source, extname(source))}-restored${outputExtension(source, format)}`
  return join(dirname(source), name)
}

interface SaveOptions {
  photos: OpenedPhotos
  ledger: ResultLedger
}

/**
 * Saves a file made of a finished result where the user said. The dialog has asked before another file is replaced; a
 * name without the file's extension gets it. The copy is recorded as a result, so that a batch over its folder
 * recognises it. Returns the path.
 *
 * Throws `original-protected` for the photo that was restored and for all that are open.
 */
export async function saveAs(
  file: string,
  chosen: string,
  { source, result }: FinishedJob,
  { photos, ledger }: SaveOptions,
): Promise<string> {
  const extension = extname(file)
  const target = hasExtension(chosen, extension) ? chosen : `${chosen}${extension}`
  if ((await isSameFile(target, source)) || (await photos.holds(target))) throw originalProtected(target)
  return placeCopy(file, target, {
    // The user agreed to replace what has the chosen name, but not what has it with the extension added.
    replaces: target === chosen ? lstatOf(target) : undefined,
    onNaming: (path, state) => ledger.record({ source, state, result: { ...result, output: path } }),
  })
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
