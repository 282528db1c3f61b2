import { extname } from 'node:path'
import { bytesAt, withFile } from './metadata/parts'

/** The file formats that are read. */
export const formats = ['jpeg', 'png', 'tiff', 'webp', 'avif', 'heic'] as const
export type Format = (typeof formats)[number]

/** The file formats that are written: there is no free encoder for HEIC. */
export type OutputFormat = Exclude<Format, 'heic'>

/** What formats are called where a person reads it. */
export const formatNames: Record<Format, string> = {
  jpeg: 'JPEG',
  png: 'PNG',
  tiff: 'TIFF',
  webp: 'WebP',
  avif: 'AVIF',
  heic: 'HEIC',
}

const extensions: Record<string, Format> = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.jpe': 'jpeg',
  '.png': 'png',
  '.tif': 'tiff',
  '.tiff': 'tiff',
  '.webp': 'webp',
  '.avif': 'avif',
  '.heic': 'heic',
  '.heif': 'heic',
  '.hif': 'heic',
}

/** What a format's files are called, where a result does not keep its photo's own extension. */
const usualExtensions: Record<OutputFormat, string> = {
  jpeg: '.jpg',
  png: '.png',
  tiff: '.tif',
  webp: '.webp',
  avif: '.avif',
}

/** The extensions of photos, without their dots, as file dialogs want them. */
export const photoExtensions = Object.keys(extensions).map((extension) => extension.slice(1))

/** Whether a folder's file is taken for a photo, by its extension (with the dot) alone. */
export function hasPhotoExtension(extension: string): boolean {
  return formatByExtension(extension) !== undefined
}

/** What photos come out as unless another format is wished: HEIC, which cannot be written, becomes JPEG. */
export function writtenFormat(format: Format): OutputFormat {
  return format === 'heic' ? 'jpeg' : format
}

/**
 * The extension of the result of a photo, by the name of its file: its own where that fits the wished format, else the
 * usual one.
 */
export function outputExtension(source: string, wished: OutputFormat | 'source'): string {
  const own = extname(source)
  const found = formatByExtension(own)
  const format = wished === 'source' ? found && writtenFormat(found) : wished
  return format === undefined || format === found ? own : usualExtensions[format]
}

/** Whether a file begins as those of our formats do, even if nothing sensible follows. */
export async function startsAsPhoto(path: string): Promise<boolean> {
  const start = (await withFile(path, (file) => bytesAt(file, 0, 12))).toString('latin1')
  return /^(\xff\xd8\xff|\x89PNG\r\n|II\*\0|MM\0\*|II\+\0|MM\0\+|RIFF.{4}WEBP|.{4}ftyp(avi|hei|hev|mif1|msf1))/s.test(
    start,
  )
}

/** The format of a file by what libvips found in its first bytes; undefined for those that are not restored. */
export function formatOf(found: { format?: string; compression?: string | undefined }): Format | undefined {
  if (found.format === 'heif') return found.compression === 'av1' ? 'avif' : 'heic'
  return formats.find((known) => known === found.format)
}

function formatByExtension(extension: string): Format | undefined {
  const lower = extension.toLowerCase()
  return Object.hasOwn(extensions, lower) ? extensions[lower] : undefined
}
