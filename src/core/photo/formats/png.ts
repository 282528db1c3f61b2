import type { FileHandle } from 'node:fs/promises'
import { type Block, bytesAt, mostBlocks, type Part } from '../metadata/parts'
import type { WritableCodec } from './codec'

export const png: WritableCodec = {
  signature: /^\x89PNG\r\n/,
  matches: ({ format }) => format === 'png',
  turnsItself: false,
  isLossless: true,
  // libvips calls interlaced PNGs progressive too.
  heldByDecoder: ({ isProgressive }) => (isProgressive ? 1.5 : 0),
  browserType: 'image/png',
  encoder: {
    longestSide: 2 ** 31 - 1,
    bits: [8, 16],
    hasAlpha: true,
    encode: (image) => image.png({ compressionLevel: 6 }),
    hasIptc: true,
    ownMetadata: { way: 'blocks', join: withChunks },
  },
}

/** Chunks about the photo, not about how its pixels are packed. */
const descriptive = ['iCCP', 'sRGB', 'gAMA', 'cHRM', 'cICP', 'pHYs', 'eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME']
const pixels = ['PLTE', 'tRNS', 'IDAT', 'IEND']

/** The encoded picture with the photo's own chunks: EXIF, XMP, texts, profile, resolution, to the byte. */
async function withChunks(source: FileHandle, encoded: FileHandle): Promise<Part[]> {
  const kept = (await chunks(source)).filter(({ type }) => descriptive.includes(type))
  const picture = await chunks(encoded)
  const [header] = picture
  if (!header) throw new RangeError('the encoded PNG has no chunks')
  return [
    { file: encoded, start: 0, end: header.end },
    ...kept,
    ...picture.filter(({ type }) => pixels.includes(type)),
  ]
}

/** The chunks after the signature of eight bytes: each has its length, four letters, content and a checksum. */
async function chunks(file: FileHandle): Promise<Block[]> {
  const found: Block[] = []
  const { size } = await file.stat()
  let others = 0
  for (let at = 8; others < mostBlocks;) {
    const head = await bytesAt(file, at, 16)
    if (head.length < 12) return found
    const end = at + 12 + head.readUInt32BE(0)
    if (end > size) return found
    const type = head.toString('latin1', 4, 8)
    found.push({ file, start: at, end, type, head: head.subarray(8) })
    if (type === 'IEND') return found
    if (type !== 'IDAT') others++
    at = end
  }
  return found
}
