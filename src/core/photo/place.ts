import { randomUUID } from 'node:crypto'
import { copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { PetrichorError } from '../errors'

/**
 * Write a file so that it appears under its name whole or not at all: `write` fills a temporary file beside the target,
 * which is flushed to the disk and then given its name. A file that is already there is never replaced; the new one
 * then takes the next free number. Returns the path that was taken.
 *
 * Throws `disk-full` or `destination-unwritable`, and whatever `write` throws.
 */
export async function placeFile(
  target: string,
  write: (temporary: string) => Promise<void>,
): Promise<string> {
  const folder = dirname(target)
  const temporary = join(folder, `.petrichor-${randomUUID()}.part`)
  try {
    await mkdir(folder, { recursive: true })
    await write(temporary)
    await flush(temporary)
    return await giveFreeName(temporary, target)
  } catch (error) {
    throw destinationError(error, folder)
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** A copy under a name, with the same promises as `placeFile`. */
export function placeCopy(source: string, target: string): Promise<string> {
  return placeFile(target, (temporary) => copyFile(source, temporary))
}

/** `photo.jpg` for 1, `photo-2.jpg` for 2, and so on. */
export function numbered(path: string, number: number): string {
  if (number === 1) return path
  const extension = extname(path)
  return join(dirname(path), `${basename(path, extension)}-${number}${extension}`)
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function giveFreeName(temporary: string, target: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = numbered(target, number)
    if (await claim(temporary, candidate)) return candidate
  }
}

/** False if the name is taken. A hard link is the one way to name a file that fails where the name is taken. */
async function claim(temporary: string, name: string): Promise<boolean> {
  try {
    await link(temporary, name)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOSPC') throw error
  }
  // Memory cards and network drives know no hard links; there a look and a rename must do.
  const taken = await stat(name).then(
    () => true,
    () => false,
  )
  if (!taken) await rename(temporary, name)
  return !taken
}

function destinationError(error: unknown, folder: string): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new PetrichorError(
        'disk-full',
        'The disk is full.',
        'Free some space or choose another folder.',
        error,
      )
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENAMETOOLONG':
      return new PetrichorError(
        'destination-unwritable',
        `Nothing can be written to “${folder}”.`,
        'Choose another folder, or check its permissions.',
        error,
      )
    default:
      return error
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
