/** What the system's errors mean to a person, while a file is read and while one is written. */
import { basename } from 'node:path'
import { PetrichorError } from '../../shared/errors'

/** The error for a file or folder that could not be opened or looked at: `not-found` or `unreadable`. */
export function cannotRead(path: string, cause: unknown): PetrichorError {
  const name = basename(path)
  const code = systemCode(cause)
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? new PetrichorError(
        'not-found',
        `“${name}” is not there.`,
        'Check the path; the file may have been moved.',
        cause,
      )
    : new PetrichorError('unreadable', `“${name}” may not be read.`, 'Check its permissions.', cause)
}

/**
 * The error for something that could not be written below a folder: `disk-full` or `destination-unwritable`. Errors
 * that do not come from the disk are returned as they are.
 */
export function diskError(error: unknown, folder: string): unknown {
  const lacking = lackOf(error)
  if (lacking === 'space') {
    return new PetrichorError(
      'disk-full',
      `There is no space left for “${folder}”.`,
      'Free some space or choose another folder.',
      error,
    )
  }
  if (lacking === 'size') {
    return new PetrichorError(
      'disk-full',
      `The disk of “${folder}” takes no file as large as this.`,
      'Choose a folder on another disk, or a format that makes smaller files.',
      error,
    )
  }
  switch (systemCode(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
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

/** Whether the disk had no room for what was written. */
export function lacksRoom(error: unknown): boolean {
  return lackOf(error) !== undefined
}

/**
 * What the disk lacked: free space, or support for files of that size, as FAT does above 4 GB. The messages are matched
 * because libvips passes on the system's words without their codes.
 */
function lackOf(error: unknown): 'space' | 'size' | undefined {
  if (!(error instanceof Error) || error instanceof PetrichorError) return undefined
  const { message } = error
  const code = systemCode(error)
  if (code === 'EFBIG' || /file too large/i.test(message)) return 'size'
  return code === 'ENOSPC' || code === 'EDQUOT' || /no space left|quota exceeded/i.test(message)
    ? 'space'
    : undefined
}

/** The code of a system error, such as `ENOENT`; undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
