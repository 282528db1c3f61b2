import { copyTiffTags } from '../metadata/tags'
import type { WritableCodec } from './codec'

export const tiff: WritableCodec = {
  // Of either byte order, and BigTIFF.
  signature: /^(II[*+]\0|MM\0[*+])/,
  matches: ({ format }) => format === 'tiff',
  turnsItself: false,
  isLossless: true,
  encoder: {
    longestSide: 2 ** 31 - 1,
    bits: [8, 16],
    hasAlpha: true,
    encode: (image) => image.tiff({ compression: 'deflate', predictor: 'horizontal' }),
    hasIptc: true,
    ownMetadata: { way: 'kept', copyRest: copyTiffTags },
  },
}
