import { extname } from 'node:path'
import {
  type Format,
  formatByExtension,
  formatIds,
  formats,
  type OutputFormat,
  replacementFormat,
} from '../../shared/formats'
import { bytesAt, withFile } from './metadata/parts'

/** Whether a folder's file is taken for a photo, by its extension (with the dot) alone. */
export function hasPhotoExtension(extension: string): boolean {
  return formatByExtension(extension.slice(1)) !== undefined
}

/** What photos come out as unless another format is wished: HEIC, which cannot be written, becomes JPEG. */
export function writtenFormat(format: Format): OutputFormat {
  return formats[format].isWritten ? (format as OutputFormat) : replacementFormat
}

/**
 * The extension of the result of a photo, by the name of its file: its own where that fits the wished format, else the
 * usual one.
 */
export function outputExtension(source: string, wished: OutputFormat | 'source'): string {
  const own = extname(source)
  const found = formatByExtension(own.slice(1))
  const format = wished === 'source' ? found && writtenFormat(found) : wished
  return format === undefined || format === found ? own : `.${formats[format].extensions[0]}`
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
  return formatIds.find((known) => known === found.format)
}
