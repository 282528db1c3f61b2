import type { FileHandle } from 'node:fs/promises'
import { firstDirectory } from '../metadata/directory'
import { type Block, bytesAt, mostBlocks, type Part, withFile } from '../metadata/parts'
import type { WritableCodec } from './codec'

export const jpeg: WritableCodec = {
  signature: /^\xff\xd8\xff/,
  matches: ({ format }) => format === 'jpeg',
  turnsItself: false,
  isLossless: false,
  countPictures,
  heldByDecoder: ({ isProgressive }) => (isProgressive ? 1.5 : 0),
  browserType: 'image/jpeg',
  encoder: {
    longestSide: 65_500,
    bits: [8],
    hasAlpha: false,
    // Optimised Huffman tables would save a few per cent of the file, and take 12 bytes of memory a pixel.
    encode: (image, { quality }) =>
      image.jpeg({ quality, chromaSubsampling: '4:4:4', optimizeCoding: false }),
    hasIptc: true,
    ownMetadata: { way: 'blocks', join: withSegments },
  },
}

const startOfScan = 'da'
const app0 = 'e0'
const app14 = 'ee'
const comment = 'fe'
/** Tag of the index of pictures (MPF). */
const numberOfImages = 0xb001

/**
 * The encoded picture with the photo's own segments: EXIF with maker notes, XMP, profile, IPTC, comments, to the byte.
 * Left out is what describes the photo's encoding or points to pictures that follow the first.
 */
async function withSegments(
  source: FileHandle,
  encoded: FileHandle,
  { ownProfile }: { ownProfile: boolean },
): Promise<Part[]> {
  const kept = (await segments(source)).filter((segment) => describesPhoto(segment, ownProfile))
  const picture = await segments(encoded)
  const { size } = await encoded.stat()
  const end = picture.at(-1)?.end ?? 2
  return [
    Buffer.from([0xff, 0xd8]),
    ...kept,
    ...picture.filter((segment) => !isMetadata(segment) || (!ownProfile && isProfile(segment))),
    { file: encoded, start: end, end: size },
  ]
}

/**
 * The number of pictures by a file's own index of them (MPF, CIPA DC-007), the photo included: cameras and phones put
 * previews, gain maps and depth maps behind it.
 */
function countPictures(path: string): Promise<number> {
  return withFile(path, async (file) => {
    const index = (await segments(file)).find(isIndex)
    const directory = index && (await firstDirectory(file, index.start + 8))
    return directory?.values.get(numberOfImages) ?? 1
  })
}

function describesPhoto(segment: Block, withProfile: boolean): boolean {
  if (isProfile(segment)) return withProfile
  const { type, head } = segment
  switch (type) {
    case app0:
      return head.toString('latin1', 0, 4) === 'JFIF'
    case 'e1':
    case 'ed':
    case comment:
      return true
    case 'e2':
      // An index gives the places of pictures that the result does not hold.
      return !isIndex(segment)
    default:
      // A camera's own segments are kept. APP14 says how colours are coded, and APP11 signs the very bytes.
      return type >= 'e3' && type <= 'ef' && type !== 'eb' && type !== app14
  }
}

function isMetadata({ type }: Block): boolean {
  return (type >= app0 && type <= 'ef' && type !== app14) || type === comment
}

function isProfile({ type, head }: Block): boolean {
  return type === 'e2' && head.toString('latin1', 0, 11) === 'ICC_PROFILE'
}

function isIndex({ type, head }: Block): boolean {
  return type === 'e2' && head.toString('latin1', 0, 4) === 'MPF\0'
}

/** The segments before the first scan. */
async function segments(file: FileHandle): Promise<Block[]> {
  const found: Block[] = []
  for (let at = 2; ;) {
    const head = await bytesAt(file, at, 16)
    if (head.length < 4 || head[0] !== 0xff || found.length === mostBlocks) return found
    if (head[1] === 0xff) {
      at++ // A byte of padding.
      continue
    }
    const type = head.toString('hex', 1, 2)
    const end = at + 2 + head.readUInt16BE(2)
    if (type === startOfScan || end < at + 4) return found
    found.push({ file, start: at, end, type, head: head.subarray(4) })
    at = end
  }
}
