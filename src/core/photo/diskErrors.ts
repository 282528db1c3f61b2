import { PetrichorError } from '../errors'

/** What went wrong while something was written below a folder, in words; an error that is not about the disk is passed on. */
export function diskError(error: unknown, folder: string): unknown {
  if (isDiskFull(error)) {
    return new PetrichorError(
      'disk-full',
      `There is no space left for “${folder}”.`,
      'Free some space or choose another folder.',
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

/** libvips knows no codes, it passes the system's words on. */
export function isDiskFull(error: unknown): boolean {
  const code = systemCode(error)
  return (
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    (error instanceof Error && /no space left|quota exceeded/i.test(error.message))
  )
}

/** `ENOENT` and its like, where the error is one of the system's. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
