import { type FileHandle, open } from 'node:fs/promises'

/** A part of a file, from `start` to before `end`, or bytes of our own. */
export type Part = { file: FileHandle; start: number; end: number } | Buffer

/** A block of a container, with its header: a JPEG segment, a PNG chunk or a RIFF chunk. */
export interface Block {
  file: FileHandle
  start: number
  end: number
  /** Its marker or its four letters. */
  type: string
  /** The first bytes of its content. */
  head: Buffer
}

/**
 * No photo has more blocks than this besides those of pixels; without a limit, a small file could take minutes to read.
 */
export const mostBlocks = 4096

/** Runs work on a file opened for reading. */
export async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path)
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

/** Reads up to `length` bytes of a file from an offset; fewer where it ends. */
export async function bytesAt(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, start)
  return bytes.subarray(0, bytesRead)
}

/** Writes parts one after the other into a file, replacing what it holds. */
export async function writeParts(parts: Part[], target: string): Promise<void> {
  const file = await open(target, 'w')
  const portion = 1 << 20
  try {
    for (const part of parts) {
      if (!('file' in part)) await file.writeFile(part)
      else {
        for (let at = part.start; at < part.end; at += portion) {
          await file.writeFile(await bytesAt(part.file, at, Math.min(portion, part.end - at)))
        }
      }
    }
  } finally {
    await file.close()
  }
}
