import type { FileHandle } from 'node:fs/promises'
import { bytesAt } from './parts'

/** A directory of a TIFF: its tags, and the pointer to the next directory. */
export interface Directory {
  /** The first value of each tag, where that is a whole number that stands in the directory itself. */
  values: Map<number, number | undefined>
  /** Where in the file the entry of each tag stands, which starts with the tag's number in two bytes. */
  entries: Map<number, number>
  /**
   * The pointer to the next directory: where in the file it stands, its length, and its value, 0 where none follows.
   */
  next: { at: number; bytes: number; place: number }
}

/** Bytes of a whole number by its type: 16 and 32 bits. */
const sizes = new Map([
  [3, 2],
  [4, 4],
])

/** As many as a TIFF can hold; a BigTIFF may claim any number. */
const mostEntries = 65_535

/**
 * Reads the first directory of a TIFF or a BigTIFF, which may start within a file, as those in a JPEG's segments do.
 * Undefined where there is none, or only a part of one.
 */
export async function firstDirectory(file: FileHandle, start = 0): Promise<Directory | undefined> {
  const head = await bytesAt(file, start, 16)
  if (head.length < 8) return undefined
  const order = head.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return undefined
  const integer = (bytes: Buffer, at: number, size: number): number => {
    if (size < 8) return order === 'II' ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size)
    return Number(order === 'II' ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  }
  const version = integer(head, 2, 2)
  if (version !== 42 && (version !== 43 || head.length < 16)) return undefined

  // Bytes of the number of entries, of an entry, and of an offset or a count of values.
  const [countBytes, entryBytes, word] = version === 42 ? [2, 12, 4] : [8, 20, 8]
  const directory = start + integer(head, word, word)
  const count = await within(file, directory, countBytes)
  if (!count) return undefined
  const length = integer(count, 0, countBytes) * entryBytes
  if (length > mostEntries * entryBytes) return undefined
  const first = directory + countBytes
  const bytes = await within(file, first, length + word)
  if (!bytes) return undefined

  const values = new Map<number, number | undefined>()
  const entries = new Map<number, number>()
  for (let at = 0; at < length; at += entryBytes) {
    const tag = integer(bytes, at, 2)
    const size = sizes.get(integer(bytes, at + 2, 2)) ?? Infinity
    const isInside = size * integer(bytes, at + 4, word) <= word
    values.set(tag, isInside ? integer(bytes, at + 4 + word, size) : undefined)
    entries.set(tag, first + at)
  }
  const next = { at: first + length, bytes: word, place: integer(bytes, length, word) }
  return { values, entries, next }
}

/** Bytes of a file; undefined where it does not hold all of them. */
async function within(file: FileHandle, start: number, length: number): Promise<Buffer | undefined> {
  if (start + length > (await file.stat()).size) return undefined
  const bytes = await bytesAt(file, start, length)
  return bytes.length === length ? bytes : undefined
}
