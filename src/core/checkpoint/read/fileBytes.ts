import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { PetrichorError } from '../../../shared/errors'
import { cannotRead } from '../../files/fileErrors'
import { unreadable } from './unreadable'

/** A file that is read by offset, so that a checkpoint is never in memory as a whole. */
export class FileBytes {
  private constructor(
    private readonly handle: FileHandle,
    /** File descriptor, for libraries that read by themselves. */
    readonly fd: number,
    /** Bytes in the file. */
    readonly size: number,
  ) {}

  /** Throws `not-found`, `unreadable`. */
  static async open(path: string): Promise<FileBytes> {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw cannotRead(path, cause)
    })
    const stats = await handle.stat()
    if (stats.isFile()) return new FileBytes(handle, handle.fd, stats.size)
    await handle.close()
    throw new PetrichorError('unreadable', `“${basename(path)}” is not a file.`, 'Choose a file of weights.')
  }

  /** `length` bytes from `offset`. Throws `checkpoint-unreadable` where the file has none there. */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.holds(offset, length)) throw unreadable('something lies beyond the end of the file')
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const { bytesRead } = await this.handle.read(bytes, done, length - done, offset + done)
      if (bytesRead === 0) throw unreadable('the file was cut while it was read')
      done += bytesRead
    }
    return bytes
  }

  /** Whether these bytes are in the file at all. */
  holds(offset: number, length: number): boolean {
    return (
      Number.isSafeInteger(offset) &&
      Number.isSafeInteger(length) &&
      offset >= 0 &&
      length >= 0 &&
      offset + length <= this.size
    )
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}
