import type { FileHandle } from 'node:fs/promises'
import { endianness } from 'node:os'
import { bytesAt } from './metadata/parts'

/** Numbers of tags in a TIFF's directory. */
export const tags = {
  width: 256,
  height: 257,
  bits: 258,
  pixels: 273,
  channels: 277,
  profile: 34675,
} as const

/** Where the header has the directory's place; bytes of the number of its entries; bytes of an entry. */
const [pointer, countBytes, entryBytes] = [8, 8, 20]
/** Bytes of a whole number by its type: 16, 32 and 64 bits. */
const sizes = new Map([
  [3, 2],
  [4, 4],
  [16, 8],
])
/** The type of values that are bytes without a meaning to TIFF. */
const opaque = 7

/** Reads the first value of each tag of whole numbers, in a BigTIFF that libtiff wrote on this machine. */
export async function firstValues(file: FileHandle): Promise<Map<number, number>> {
  const values = new Map<number, number>()
  const { entries, start } = await readEntries(file)
  for (let at = 0; at < entries.length; at += entryBytes) {
    const [type, count] = [integer(entries, at + 2, 2), integer(entries, at + 4, 8)]
    const size = sizes.get(type)
    if (size === undefined) continue
    // Values that do not fit into the entry stand elsewhere.
    const place = size * count <= 8 ? start + at + 12 : integer(entries, at + 12, 8)
    values.set(integer(entries, at, 2), integer(await bytesAt(file, place, size), 0, size))
  }
  return values
}

/** Adds a tag of more than 8 opaque bytes, whose number must be above all others. */
export async function appendTag(file: FileHandle, tag: number, content: Buffer): Promise<void> {
  const { entries } = await readEntries(file)
  const { size } = await file.stat()
  const directory = size + (size % 2)
  const place = directory + countBytes + entries.length + entryBytes + 8
  const added = [
    bytesOf(entries.length / entryBytes + 1, countBytes),
    entries,
    ...[bytesOf(tag, 2), bytesOf(opaque, 2), bytesOf(content.length, 8), bytesOf(place, 8)],
    // No other directory follows.
    bytesOf(0, 8),
    content,
  ]
  const bytes = Buffer.concat(added)
  await file.write(bytes, 0, bytes.length, directory)
  await file.write(bytesOf(directory, 8), 0, 8, pointer)
}

async function readEntries(file: FileHandle): Promise<{ entries: Buffer; start: number }> {
  const directory = integer(await bytesAt(file, pointer, 8), 0, 8)
  const count = integer(await bytesAt(file, directory, countBytes), 0, countBytes)
  const start = directory + countBytes
  return { entries: await bytesAt(file, start, count * entryBytes), start }
}

function integer(bytes: Buffer, at: number, size: number): number {
  if (size === 8) return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  return isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size)
}

function bytesOf(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(8)
  if (isLittle) bytes.writeBigUInt64LE(BigInt(value))
  else bytes.writeBigUInt64BE(BigInt(value))
  return isLittle ? bytes.subarray(0, size) : bytes.subarray(8 - size)
}

const isLittle = endianness() === 'LE'
