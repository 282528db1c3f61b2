import type { FileHandle } from 'node:fs/promises'
import { type Block, bytesAt, mostBlocks, type Part } from './parts'

/** Chunks about the photo, not about how its pixels are packed. */
const descriptive = ['iCCP', 'sRGB', 'gAMA', 'cHRM', 'cICP', 'pHYs', 'eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME']
const pixels = ['PLTE', 'tRNS', 'IDAT', 'IEND']

/** The encoded picture with the source's own chunks: EXIF, XMP, texts, profile, resolution, to the byte. */
export async function pngParts(source: FileHandle, encoded: FileHandle): Promise<Part[]> {
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

/** Length, four letters, content, checksum; after a signature of eight bytes. */
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
