import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskError } from './fileErrors'
import { sweepLeftovers, temporaryName, withTemporary } from './temporary'

/**
 * Work with a folder for temporary files, in the system's place for them; it is gone when the work is.
 *
 * Throws `disk-full`, or `destination-unwritable` where the system's place for temporary files cannot be written to.
 */
export function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(tmpdir(), temporaryName())
  return withTemporary(folder, async () => {
    await sweepLeftovers(tmpdir())
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw diskError(cause, tmpdir())
    })
    return work(folder)
  })
}
