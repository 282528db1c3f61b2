import type { Sharp } from 'sharp'
import { decodeHeic } from '../libheif'
import { colourSpace } from '../raster'
import { openImage } from '../reading'
import type { Codec } from './codec'

/** There is no free encoder for HEVC, so HEIC is only read. */
export const heic: Codec = {
  signature: /^.{4}ftyp(hei|hev|mif1|msf1)/s,
  matches: ({ format, compression }) => format === 'heif' && compression !== 'av1',
  turnsItself: true,
  isLossless: false,
  decode: openHeic,
  heldByDecoder: () => 3,
}

/** The main picture of a file, grey where it is stored so. Throws an Error with libheif's words. */
async function openHeic(path: string): Promise<Sharp> {
  const { width, height, channels, isGrey, samples } = await decodeHeic(path)
  const space = colourSpace({
    channels: isGrey ? 1 : channels,
    depth: samples instanceof Uint16Array ? 16 : 8,
  })
  return openImage(samples, { raw: { width, height, channels } })
    .pipelineColourspace(space)
    .toColourspace(space)
}
