import type { Sharp } from 'sharp'
import { PetrichorError } from '../errors'
import { bytesAt, withFile } from './metadata/parts'

/** The file formats that can be restored and written. */
export const formats = ['jpeg', 'png', 'tiff', 'webp'] as const
export type Format = (typeof formats)[number]

/** How a photo is packed into a file. */
export interface Encoding {
  format: Format
  /** Where a format can do both: keep every pixel exactly. */
  lossless: boolean
}

const extensions: Record<string, Format> = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.jpe': 'jpeg',
  '.png': 'png',
  '.tif': 'tiff',
  '.tiff': 'tiff',
  '.webp': 'webp',
}

/** The extensions of photos, without their dots, as file dialogs want them. */
export const photoExtensions = Object.keys(extensions).map((extension) => extension.slice(1))

/** Whether a folder's file is taken for a photo, by its extension (with the dot) alone. */
export function hasPhotoExtension(extension: string): boolean {
  return Object.hasOwn(extensions, extension.toLowerCase())
}

/** Whether a file begins as those of our formats do, even if nothing sensible follows. */
export async function startsAsPhoto(path: string): Promise<boolean> {
  const start = (await withFile(path, (file) => bytesAt(file, 0, 12))).toString('latin1')
  return /^(\xff\xd8\xff|\x89PNG\r\n|II\*\0|MM\0\*|II\+\0|MM\0\+|RIFF.{4}WEBP)/s.test(start)
}

/** The format that libvips found in a file's first bytes. Throws `unsupported-format` for those we do not write. */
export function formatOf(found: string | undefined, file: string): Format {
  const format = formats.find((known) => known === found)
  if (format) return format
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
export function encoderOf(image: Sharp, { format, lossless }: Encoding): Sharp {
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    case 'png':
      return image.png({ compressionLevel: 6 })
    case 'tiff':
      return image.tiff({ compression: 'deflate', predictor: 'horizontal' })
    case 'webp':
      // `exact`: the colour under transparent pixels is part of the file too.
      return lossless
        ? image.webp({ lossless, exact: true })
        : image.webp({ quality: 95, smartSubsample: true })
  }
}
