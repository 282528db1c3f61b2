import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl'
import { PetrichorError } from '../../../shared/errors'
import type { FileBytes } from './fileBytes'
import { unreadable } from './unreadable'

/** Where the bytes of an entry lie in the archive. */
export interface Extent {
  offset: number
  length: number
}

/** Far more than a checkpoint of a model with optimiser state has. */
const mostEntries = 50_000

/**
 * The entries of a zip archive as `torch.save` writes it: stored, not compressed, so that each can be read in place.
 *
 * An archive is refused (`checkpoint-unreadable`) if an entry is compressed or encrypted, so that nothing can grow on
 * reading; if a local header contradicts the directory; if two entries share bytes or a name; or if one lies outside.
 */
export async function readZip(file: FileBytes): Promise<Map<string, Extent>> {
  try {
    const zip = await fromRandomAccessReaderPromise(new Slices(file), file.size, {
      autoClose: false,
      lazyEntries: true,
      strictFileNames: true,
    })
    if (zip.entryCount > mostEntries) throw unreadable(`it claims to hold ${zip.entryCount} entries`)
    const found: (Extent & { name: string; header: number })[] = []
    for await (const entry of zip.eachEntry()) {
      found.push({
        name: entry.fileName,
        header: entry.relativeOffsetOfLocalHeader,
        ...(await extentOf(entry, zip)),
      })
    }
    refuseOverlaps(found)
    const entries = new Map(found.map(({ name, offset, length }) => [name, { offset, length }]))
    if (entries.size !== found.length) throw unreadable('two entries have one name')
    return entries
  } catch (error) {
    throw error instanceof PetrichorError ? error : unreadable('its zip archive is damaged', error)
  }
}

async function extentOf(entry: Entry, zip: ZipFile): Promise<Extent> {
  const { fileName, compressionMethod, uncompressedSize: length } = entry
  if (compressionMethod !== 0) throw unreadable(`its entry “${fileName}” is compressed`)
  if (entry.isEncrypted()) throw unreadable(`its entry “${fileName}” is encrypted`)
  const local = await zip.readLocalFileHeaderPromise(entry)
  // Streaming writers leave 0 there, zip64 all ones; both store the size elsewhere.
  const told = [local.compressedSize, local.uncompressedSize].filter(
    (size) => size !== 0 && size !== 0xffffffff,
  )
  const sameName = Buffer.from(local.fileName).equals(Buffer.from(entry.fileNameRaw))
  if (!sameName || local.compressionMethod !== 0 || told.some((size) => size !== length)) {
    throw unreadable(`its entry “${fileName}” contradicts itself`)
  }
  return { offset: local.fileDataStart, length }
}

function refuseOverlaps(entries: (Extent & { header: number })[]): void {
  let end = 0
  for (const { header, offset, length } of entries.toSorted((a, b) => a.header - b.header)) {
    if (header < end) throw unreadable('two of its entries lie in the same place')
    end = offset + length
  }
}

/** The directory is read in small pieces; this many bytes are fetched at once. */
const fetched = 4096

/** Lets yauzl read from our file. */
class Slices extends RandomAccessReader {
  private block = new Uint8Array()
  private start = 0

  constructor(private readonly file: FileBytes) {
    super()
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.bytes(position, length).then(
      (bytes) => {
        buffer.set(bytes, offset)
        callback(null)
      },
      (error: Error) => callback(error),
    )
  }

  private async bytes(position: number, length: number): Promise<Uint8Array> {
    if (position < this.start || position + length > this.start + this.block.length) {
      const left = Math.max(0, this.file.size - position)
      this.block = await this.file.read(position, Math.max(length, Math.min(left, fetched)))
      this.start = position
    }
    return this.block.subarray(position - this.start, position - this.start + length)
  }
}
