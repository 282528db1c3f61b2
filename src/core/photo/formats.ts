import type { Sharp } from 'sharp'
import { PetrichorError } from '../errors'

/** The file formats that can be restored and written. */
export const formats = ['jpeg', 'png', 'tiff', 'webp'] as const
export type Format = (typeof formats)[number]

const extensions: Record<string, Format> = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.jpe': 'jpeg',
  '.png': 'png',
  '.tif': 'tiff',
  '.tiff': 'tiff',
  '.webp': 'webp',
}

/** Whether a folder's file is taken for a photo, by its extension alone. */
export function hasPhotoExtension(extension: string): boolean {
  return extension.toLowerCase() in extensions
}

/** The format that libvips found in a file's first bytes. Throws `unsupported-format` for those we do not write. */
export function formatOf(found: string | undefined, file: string): Format {
  if (formats.includes(found as Format)) return found as Format
  const name = found === undefined ? 'an unknown format' : found.toUpperCase()
  throw new PetrichorError(
    'unsupported-format',
    `“${file}” is ${name}, which Petrichor does not restore.`,
    'Export it as JPEG, PNG, TIFF or WebP and restore that.',
  )
}

/**
 * The encoder of a format, at the quality a photographer keeps: JPEG without chroma subsampling, TIFF compressed without
 * loss. Bit depth follows the pixels, except where the format has only 8 bits.
 */
export function encoderOf(image: Sharp, format: Format): Sharp {
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    case 'png':
      return image.png({ compressionLevel: 6 })
    case 'tiff':
      return image.tiff({ compression: 'deflate', predictor: 'horizontal' })
    case 'webp':
      return image.webp({ quality: 95, smartSubsample: true })
  }
}
