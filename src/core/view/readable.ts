import { join } from 'node:path'
import sharp from 'sharp'
import { withScratch } from '../files/temporary'
import { formatOf } from '../photo/formats'
import { heicPicture } from '../photo/heicPicture'
import { writeRaster } from '../photo/raster'
import { attachProfile } from '../photo/rewriteRaster'

/**
 * Work with a photo as a file that sharp can read: itself, or for HEIC, which libvips' binaries cannot decode, a temporary
 * one with its pixels, upright, and its profile. Throws what the work throws, and libheif's words.
 */
export async function withReadable<T>(path: string, work: (file: string) => Promise<T>): Promise<T> {
  const metadata = await sharp(path, { limitInputPixels: false, failOn: 'none' }).metadata()
  if (formatOf(metadata) !== 'heic') return work(path)
  return withScratch(async (scratch) => {
    const file = join(scratch, 'pixels.tif')
    await writeRaster(await heicPicture(path), file)
    if (metadata.icc) await attachProfile(file, metadata.icc)
    return work(file)
  })
}
