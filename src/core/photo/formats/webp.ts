import type { FileHandle } from 'node:fs/promises'
import { type Block, bytesAt, mostBlocks, type Part, withFile } from '../metadata/parts'
import type { RasterShape } from '../raster'
import type { WritableCodec } from './codec'

export const webp: WritableCodec = {
  signature: /^RIFF.{4}WEBP/s,
  matches: ({ format }) => format === 'webp',
  turnsItself: false,
  isLossless,
  heldByDecoder: () => 3.5,
  browserType: 'image/webp',
  encoder: {
    longestSide: 16_383,
    bits: [8],
    hasAlpha: true,
    encode: (image, { lossless, quality }) =>
      // `exact`: the colour under transparent pixels is part of the file too.
      lossless ? image.webp({ lossless, exact: true }) : image.webp({ quality, smartSubsample: true }),
    heldByEncoder: ({ lossless }) => (lossless ? 20 : 12),
    hasIptc: false,
    ownMetadata: { way: 'blocks', join: withChunks },
  },
}

/** Bits of the extended header (`VP8X`) that say what a file holds. */
const flags = { profile: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04 } as const

/** The encoded picture with the photo's own chunks: profile, EXIF, XMP, to the byte. */
async function withChunks(
  source: FileHandle,
  encoded: FileHandle,
  { shape: { width, height, channels } }: { shape: RasterShape },
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

/** Whether a file keeps its pixels exactly (a `VP8L` chunk) or in a lossy frame (`VP8 `). */
function isLossless(path: string): Promise<boolean> {
  return withFile(path, async (file) => (await chunks(file)).some(({ type }) => type === 'VP8L'))
}

/**
 * The chunks after `RIFF`, the file's length and `WEBP`. Each is four letters, a length, and content padded to even.
 */
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
