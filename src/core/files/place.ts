import { copyFile, link, lstat, open, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { PetrichorError } from '../../shared/errors'
import { type FileState, isSameState } from '../../shared/photo'
import { diskError, lacksRoom, systemCode } from './fileErrors'
import { makeFolder } from './folders'
import { withNumber } from './names'
import { lstatOf } from './state'
import { sweepLeftovers, temporaryName, withTemporary } from './temporary'

export interface PlaceOptions {
  /** What is under the target's name and may be replaced, as long as it is still this. */
  replaces?: FileState | undefined
  /** Told, before the file can be seen, which name it is about to get. It may be told again, of another. */
  onNaming?: (path: string, state: FileState) => void
}

/**
 * Write a file so that it appears under its name whole or not at all: `write` fills a temporary file beside the target,
 * which is flushed to the disk and then given its name. A file that is already there is never replaced, unless it is one
 * that may be; the new one then takes the next free number. Missing folders are made. Returns the path that was taken.
 *
 * Throws `disk-full` or `destination-unwritable`, and whatever else `write` throws.
 */
export async function placeFile(
  target: string,
  write: (temporary: string) => Promise<void>,
  options: PlaceOptions = {},
): Promise<string> {
  const folder = dirname(target)
  const temporary = join(folder, `.${temporaryName()}.part`)
  return withTemporary(temporary, async () => {
    await onDisk(folder, () => makeFolder(folder))
    await sweepLeftovers(folder)
    // Before `write`, whose own errors say little about the folder: libvips has no codes.
    await onDisk(folder, async () => (await open(temporary, 'w')).close())
    await write(temporary).catch((error: unknown) => {
      throw lacksRoom(error) ? diskError(error, folder) : error
    })
    return onDisk(folder, async () => {
      await flush(temporary, 'r+')
      const path = await giveName(temporary, target, options)
      // The name is on the disk only when its folder is. Not every system lets a folder be opened for that.
      await flush(folder, 'r').catch(() => undefined)
      return path
    })
  })
}

/** A copy under a name, with the same promises as `placeFile`. Throws `not-found` too, for the source. */
export function placeCopy(source: string, target: string, options: PlaceOptions = {}): Promise<string> {
  const copy = (temporary: string) =>
    copyFile(source, temporary).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
      throw new PetrichorError(
        'not-found',
        `“${basename(source)}” is gone.`,
        'Restore the photo again.',
        error,
      )
    })
  return placeFile(target, copy, options)
}

async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw diskError(error, folder)
  }
}

async function flush(path: string, flags: string): Promise<void> {
  const file = await open(path, flags)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function giveName(
  temporary: string,
  target: string,
  { replaces, onNaming }: PlaceOptions,
): Promise<string> {
  const state = lstatOf(temporary)
  if (!state) throw new Error('The temporary file is gone.')
  if (isSameState(lstatOf(target), replaces)) {
    onNaming?.(target, state)
    await rename(temporary, target)
    return target
  }
  for (let number = 1; ; number++) {
    const candidate = withNumber(target, number)
    if (lstatOf(candidate)) continue
    onNaming?.(candidate, state)
    if (await claim(temporary, candidate)) return candidate
  }
}

/** False if the name is taken. A hard link is the one way to name a file that fails where the name is taken. */
async function claim(temporary: string, name: string): Promise<boolean> {
  try {
    await link(temporary, name)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    if (systemCode(error) === 'ENOENT' || lacksRoom(error)) throw error
  }
  // Memory cards and network drives know no hard links; there a look and a rename must do.
  const taken = await lstat(name).then(
    () => true,
    () => false,
  )
  if (!taken) await rename(temporary, name)
  return !taken
}
