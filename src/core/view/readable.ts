import { join } from 'node:path'
import { withScratch } from '../files/temporary'
import { codecs, formatOf } from '../photo/formats'
import { writeRaster } from '../photo/raster'
import { openImage } from '../photo/reading'
import { attachProfile } from '../photo/rewriteRaster'

/**
 * Runs work on a photo as a file that sharp can read: the photo itself, or for formats that libvips cannot decode a
 * temporary file with its pixels, upright, and its profile. Throws what decoding and the work throw.
 */
export async function withReadable<T>(path: string, work: (file: string) => Promise<T>): Promise<T> {
  const metadata = await openImage(path, { failOn: 'none' }).metadata()
  const format = formatOf(metadata)
  const decode = format && codecs[format].decode
  if (!decode) return work(path)
  return withScratch(async (scratch) => {
    const file = join(scratch, 'pixels.tif')
    await writeRaster(await decode(path), file)
    if (metadata.icc) await attachProfile(file, metadata.icc)
    return work(file)
  })
}
