import readExif from 'exif-reader'
import sharp, { type Metadata } from 'sharp'

/** A preview smaller than this along its longer side shows less than an empty frame promises. */
const leastEdge = 96

/**
 * The small picture that a camera stored in a photo's EXIF block: upright, without the black bars that fill it up to 4:3,
 * as JPEG. It costs a few milliseconds at any size of photo. Undefined where there is none, or none that can be read.
 */
export async function embeddedPreview(path: string): Promise<Buffer | undefined> {
  try {
    const photo = await sharp(path, { limitInputPixels: false }).metadata()
    const stored = photo.exif && storedIn(photo.exif)
    return stored && (await upright(stored, photo))
  } catch {
    // A camera's preview is a courtesy; without it the photo itself is looked at.
    return undefined
  }
}

/** The bytes of the preview; EXIF counts its offsets from the TIFF header that follows the block's name. */
function storedIn(exif: Buffer): Buffer | undefined {
  const { JPEGInterchangeFormat: start, JPEGInterchangeFormatLength: length } = readExif(exif).Thumbnail ?? {}
  if (typeof start !== 'number' || typeof length !== 'number') return undefined
  const header = exif.subarray(0, 6).toString('latin1') === 'Exif\0\0' ? 6 : 0
  return exif.subarray(header + start, header + start + length)
}

async function upright(stored: Buffer, photo: Metadata): Promise<Buffer | undefined> {
  const { width, height } = await sharp(stored).metadata()
  if (Math.max(width, height) < leastEdge) return undefined
  const shape = photo.width / photo.height
  const seen = {
    width: Math.min(width, Math.round(height * shape)),
    height: Math.min(height, Math.round(width / shape)),
  }
  const bare = await sharp(stored)
    .extract({
      left: Math.floor((width - seen.width) / 2),
      top: Math.floor((height - seen.height) / 2),
      ...seen,
    })
    .withMetadata({ orientation: photo.orientation ?? 1 })
    .toBuffer()
  return sharp(bare).autoOrient().jpeg({ quality: 80 }).toBuffer()
}
