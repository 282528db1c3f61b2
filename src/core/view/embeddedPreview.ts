import readExif from 'exif-reader'
import sharp, { type Metadata } from 'sharp'
import { openImage } from '../photo/reading'

/** In pixels along the longer side. A smaller preview shows too little to be worth it. */
const leastEdge = 96

/**
 * Reads the small picture that a camera stored in a photo's EXIF, as JPEG: upright, and without the black bars that
 * fill it up to 4:3. It takes a few milliseconds for a photo of any size. Undefined where there is none that can be
 * read.
 */
export async function embeddedPreview(path: string): Promise<Buffer | undefined> {
  try {
    const photo = await openImage(path).metadata()
    const stored = photo.exif && storedIn(photo.exif)
    return stored && (await upright(stored, photo))
  } catch {
    // The preview is only quicker; without it the photo itself is read.
    return undefined
  }
}

/** The bytes of the preview, whose offset counts from the TIFF header behind the name of the EXIF block. */
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
