import type { FileHandle } from 'node:fs/promises'
import { firstDirectory } from './directory'
import { type Block, bytesAt, mostBlocks, type Part, withFile } from './parts'

const startOfScan = 'da'
const app0 = 'e0'
const app14 = 'ee'
const comment = 'fe'
/** Tag of an index of pictures. */
const numberOfImages = 0xb001

/**
 * The encoded picture with the source's own segments: EXIF (maker notes and all), XMP, profile, IPTC, comments, to the
 * byte. Left behind is what describes the source's encoding or points to pictures that follow the first.
 */
export async function jpegParts(
  source: FileHandle,
  encoded: FileHandle,
  ownProfile: boolean,
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
 * How many pictures a file says it holds by its index of them (MPF, by CIPA DC-007), its photo among them: cameras and phones
 * put previews, gain maps and depth maps behind it.
 */
export function picturesInJpeg(path: string): Promise<number> {
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
      // The result does not hold the pictures that it tells the places of.
      return !isIndex(segment)
    default:
      // Of the rest APP14 tells how colours are coded, APP11 signs the very bytes; a camera's own are kept.
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

/** The segments between the start of the image and its first scan. */
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
