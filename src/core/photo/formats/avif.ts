import { isStoredGrey } from '../libheif'
import type { WritableCodec } from './codec'

export const avif: WritableCodec = {
  signature: /^.{4}ftypavi/s,
  // What libvips calls heif is the container, in which AV1 is AVIF and HEVC is HEIC.
  matches: ({ format, compression }) => format === 'heif' && compression === 'av1',
  turnsItself: true,
  isLossless: false,
  // libvips calls the colour of every AVIF sRGB.
  isGrey: isStoredGrey,
  heldByDecoder: () => 7,
  encoder: {
    longestSide: 16_384,
    bits: [8, 10, 12],
    hasAlpha: true,
    encode: (image, { quality, bits }) =>
      image.avif({ quality, chromaSubsampling: '4:4:4', bitdepth: bits === 16 ? 12 : bits }),
    heldByEncoder: ({ bits }) => (bits === 8 ? 20 : 14),
    hasIptc: false,
  },
}
