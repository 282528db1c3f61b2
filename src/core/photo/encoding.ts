import { basename } from 'node:path'
import type { Sharp } from 'sharp'
import { PetrichorError } from '../../shared/errors'
import { formats, type OutputFormat } from '../../shared/formats'
import type { Note } from '../../shared/job'
import type { ExportSettings } from '../../shared/settings'
import type { DecodedPhoto } from './decode'
import { writtenFormat } from './formats'
import { checkEncoder, defaultLimits, type Limits } from './limits'

/** How a result is packed into a file. */
export interface Encoding {
  format: OutputFormat
  /** Where a format can do both: keep every pixel exactly. */
  lossless: boolean
  /** Of JPEG, WebP and AVIF, 1..100. */
  quality: number
  /** Bits a channel. */
  bits: 8 | 10 | 12 | 16
  /** The format has no transparency, and the photo has. */
  flattened: boolean
  /** The pixels are turned upright, because the format's readers do not look at EXIF for that. */
  turned: boolean
}

/** The longest side that a format can tell. */
const longestSides: Record<OutputFormat, number> = {
  jpeg: 65_500,
  png: 2 ** 31 - 1,
  tiff: 2 ** 31 - 1,
  webp: 16_383,
  avif: 16_384,
}

/**
 * How a photo's result is packed, by what was wished and what the format can hold: a lossless WebP stays lossless unless
 * another format was, and depth and transparency go only where there is no room for them, which the notes say.
 *
 * Throws `image-too-large` for more pixels a side than the format knows, or where its encoder would hold too much.
 */
export function chooseEncoding(
  photo: DecodedPhoto,
  exportSettings: ExportSettings,
  source: string,
  limits: Limits = defaultLimits,
): { encoding: Encoding; notes: Note[] } {
  const { width, height, channels, depth } = photo.raster.shape
  const own = photo.encoding
  const format = exportSettings.format === 'source' ? writtenFormat(own.format) : exportSettings.format
  if (Math.max(width, height) > longestSides[format]) {
    throw new PetrichorError(
      'image-too-large',
      `“${basename(source)}” has more than the ${longestSides[format]} pixels a side that ${formats[format].name} can hold.`,
      'Export it as PNG or TIFF.',
    )
  }

  const bits = bitsOf(format, depth, own, exportSettings)
  const flattened = format === 'jpeg' && channels % 2 === 0
  const encoding: Encoding = {
    format,
    lossless: own.lossless && own.format === 'webp' && format === 'webp',
    quality: exportSettings.quality,
    bits,
    flattened,
    turned: format === 'avif' && photo.orientation > 1,
  }
  checkEncoder(basename(source), photo.raster.shape, encoding, limits)
  const notes: Note[] = []
  if (exportSettings.format === 'source' && format !== own.format) {
    notes.push({
      code: 'format-replaced',
      message: `${formats[own.format].name} cannot be written; it became ${formats[format].name}.`,
    })
  }
  const wasAsked = exportSettings.depth === '8' && (format === 'png' || format === 'tiff')
  if (bits < own.bits && !wasAsked) {
    notes.push({
      code: 'depth-reduced',
      message: `${own.bits} bits a channel became ${bits}, because ${formats[format].name} has no more.`,
    })
  }
  if (flattened) {
    notes.push({ code: 'alpha-flattened', message: 'Transparent parts became white, because JPEG has none.' })
  }
  return { encoding, notes }
}

/** Whether a result may hold finer steps than its photo does, which then must be decoded with 16 bits. */
export function isDeepened({ format, depth }: ExportSettings): boolean {
  return depth === '16' && (format === 'source' || format === 'png' || format === 'tiff')
}

function bitsOf(
  format: OutputFormat,
  depth: 8 | 16,
  own: DecodedPhoto['encoding'],
  exportSettings: ExportSettings,
): Encoding['bits'] {
  switch (format) {
    case 'jpeg':
    case 'webp':
      return 8
    case 'avif':
      return own.bits <= 8 ? 8 : own.bits === 10 ? 10 : 12
    case 'png':
    case 'tiff':
      return exportSettings.depth === 'source' ? depth : exportSettings.depth === '8' ? 8 : 16
  }
}

/**
 * The encoder of a format, at the quality a photographer keeps: no chroma subsampling, TIFF compressed without loss.
 */
export function encoderOf(image: Sharp, { format, lossless, quality, bits }: Encoding): Sharp {
  switch (format) {
    case 'jpeg':
      // Codes fitted to the photo would save a few per cent of the file, and take 12 bytes of memory a pixel.
      return image.jpeg({ quality, chromaSubsampling: '4:4:4', optimizeCoding: false })
    case 'png':
      return image.png({ compressionLevel: 6 })
    case 'tiff':
      return image.tiff({ compression: 'deflate', predictor: 'horizontal' })
    case 'webp':
      // `exact`: the colour under transparent pixels is part of the file too.
      return lossless ? image.webp({ lossless, exact: true }) : image.webp({ quality, smartSubsample: true })
    case 'avif':
      return image.avif({ quality, chromaSubsampling: '4:4:4', bitdepth: bits === 16 ? 12 : bits })
  }
}
