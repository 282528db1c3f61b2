import { PetrichorError } from '../../shared/errors'

/** What went wrong while something was written below a folder, in words; an error that is not about the disk is passed on. */
export function diskError(error: unknown, folder: string): unknown {
  const lacking = lack(error)
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

/** Whether there was no room on the disk for what was written. */
export function lacksRoom(error: unknown): boolean {
  return lack(error) !== undefined
}

/** What the disk lacked: space, or, as FAT does above 4 GB, a size for its files. libvips has no codes, only the system's words. */
function lack(error: unknown): 'space' | 'size' | undefined {
  if (!(error instanceof Error) || error instanceof PetrichorError) return undefined
  const { message } = error
  const code = systemCode(error)
  if (code === 'EFBIG' || /file too large/i.test(message)) return 'size'
  return code === 'ENOSPC' || code === 'EDQUOT' || /no space left|quota exceeded/i.test(message)
    ? 'space'
    : undefined
}

/** `ENOENT` and its like, where the error is one of the system's. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
