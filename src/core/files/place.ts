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
  /** State of the file under the target's name that may be replaced, as long as it is still in that state. */
  replaces?: FileState | undefined
  /** Called before the file is visible, with the name that it is about to get; again where another name is tried. */
  onNaming?: (path: string, state: FileState) => void
}

/**
 * Writes a file so that it appears under its name whole or not at all: `write` fills a temporary file beside the
 * target, which is flushed to the disk and then renamed. An existing file is never replaced unless `replaces` allows
 * it; the new one takes the next free number instead. Missing folders are made. Returns the path of the file.
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
    // Tried before `write`, whose errors say little about the folder: libvips has no codes.
    await onDisk(folder, async () => (await open(temporary, 'w')).close())
    await write(temporary).catch((error: unknown) => {
      throw lacksRoom(error) ? diskError(error, folder) : error
    })
    return onDisk(folder, async () => {
      await flush(temporary, 'r+')
      const path = await giveName(temporary, target, options)
      // A name is on the disk only once its folder is. Not every system lets a folder be opened for that.
      await flush(folder, 'r').catch(() => undefined)
      return path
    })
  })
}

/** Copies a file with the same promises as `placeFile`. Also throws `not-found`, for the source. */
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

/**
 * Gives a file its name unless that is taken; returns whether it did. Only making a hard link checks and names in one
 * step.
 */
async function claim(temporary: string, name: string): Promise<boolean> {
  try {
    await link(temporary, name)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    if (systemCode(error) === 'ENOENT' || lacksRoom(error)) throw error
  }
  // Memory cards and network drives have no hard links; checking and then renaming must do there.
  const taken = await lstat(name).then(
    () => true,
    () => false,
  )
  if (!taken) await rename(temporary, name)
  return !taken
}
