import { basename } from 'node:path'
import { PetrichorError } from '../../shared/errors'
import { systemCode } from './fileErrors'

/** The error for a path that the system would not look at: `not-found` or `unreadable`. */
export function missing(path: string, cause: unknown): PetrichorError {
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
