import sharp, { type Sharp } from 'sharp'
import { decodeHeic } from './heic'
import { colourSpace } from './raster'

/**
 * The main picture of a HEIC file, upright, for sharp to go on with, grey where it is stored so; the file's profile is not with
 * it. Throws an Error with libheif's words.
 */
export async function heicPicture(path: string): Promise<Sharp> {
  const { width, height, channels, isGrey, samples } = await decodeHeic(path)
  const space = colourSpace({
    channels: isGrey ? 1 : channels,
    depth: samples instanceof Uint16Array ? 16 : 8,
  })
  return sharp(samples, { raw: { width, height, channels }, limitInputPixels: false })
    .pipelineColourspace(space)
    .toColourspace(space)
}
