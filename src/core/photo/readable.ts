import { join } from 'node:path'
import sharp from 'sharp'
import { formatOf } from './formats'
import { decodeHeic } from './heic'
import { writeRaster } from './raster'
import { attachProfile } from './rewriteRaster'
import { withScratch } from './scratch'

/**
 * Work with a photo as a file that sharp can read: itself, or for HEIC, which libvips' binaries cannot decode, a temporary
 * one with its pixels, upright, and its profile. Throws what the work throws, and libheif's words.
 */
export async function withReadable<T>(path: string, work: (file: string) => Promise<T>): Promise<T> {
  const metadata = await sharp(path, { limitInputPixels: false, failOn: 'none' }).metadata()
  if (formatOf(metadata) !== 'heic') return work(path)
  return withScratch(async (scratch) => {
    const file = join(scratch, 'pixels.tif')
    const { width, height, channels, samples } = await decodeHeic(path)
    const colourspace = samples instanceof Uint16Array ? 'rgb16' : 'srgb'
    const picture = sharp(samples, { raw: { width, height, channels }, limitInputPixels: false })
      .pipelineColourspace(colourspace)
      .toColourspace(colourspace)
    await writeRaster(picture, file)
    if (metadata.icc) await attachProfile(file, metadata.icc)
    return work(file)
  })
}
