import type { FileHandle } from 'node:fs/promises'
import type { RasterShape } from '../raster'
import { type Block, bytesAt, mostBlocks, type Part, withFile } from './parts'

const flags = { profile: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04 } as const

/** The encoded picture with the source's own chunks: profile, EXIF, XMP, to the byte. */
export async function webpParts(
  source: FileHandle,
  encoded: FileHandle,
  { width, height, channels }: RasterShape,
): Promise<Part[]> {
  const found = await chunks(source)
  const of = (type: string) => found.filter((chunk) => chunk.type === type).slice(0, 1)
  const [profile, exif, xmp] = [of('ICCP'), of('EXIF'), of('XMP ')]
  if (profile.length + exif.length + xmp.length === 0) {
    const { size } = await encoded.stat()
    return [{ file: encoded, start: 0, end: size }]
  }
  const picture = (await chunks(encoded)).filter(({ type }) => ['ALPH', 'VP8 ', 'VP8L'].includes(type))

  const extended = Buffer.alloc(18)
  extended.write('VP8X', 'latin1')
  extended.writeUInt32LE(10, 4)
  extended[8] =
    (profile.length && flags.profile) |
    (channels % 2 === 0 ? flags.alpha : 0) |
    (exif.length && flags.exif) |
    (xmp.length && flags.xmp)
  extended.writeUIntLE(width - 1, 12, 3)
  extended.writeUIntLE(height - 1, 15, 3)

  const content = [extended, ...profile, ...picture, ...exif, ...xmp]
  const size = content.reduce((sum, part) => sum + ('file' in part ? part.end - part.start : part.length), 4)
  const riff = Buffer.from('RIFF....WEBP', 'latin1')
  riff.writeUInt32LE(size, 4)
  return [riff, ...content]
}

/** Whether a file keeps its pixels exactly (a `VP8L` chunk) or as a lossy frame (`VP8 `). */
export function isLosslessWebp(path: string): Promise<boolean> {
  return withFile(path, async (file) => (await chunks(file)).some(({ type }) => type === 'VP8L'))
}

/** Four letters, length, content padded to an even length; after `RIFF`, the file's length, and `WEBP`. */
async function chunks(file: FileHandle): Promise<Block[]> {
  const found: Block[] = []
  const outer = await bytesAt(file, 0, 8)
  if (outer.length < 8) return found
  const size = Math.min(8 + outer.readUInt32LE(4), (await file.stat()).size)
  for (let at = 12; found.length < mostBlocks;) {
    const head = await bytesAt(file, at, 16)
    if (head.length < 8) return found
    const length = head.readUInt32LE(4)
    const end = at + 8 + length + (length % 2)
    if (end > size) return found
    found.push({ file, start: at, end, type: head.toString('latin1', 0, 4), head: head.subarray(8) })
    at = end
  }
  return found
}
