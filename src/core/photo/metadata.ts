import { basename } from 'node:path'
import { exiftool } from 'exiftool-vendored'
import { PetrichorError } from '../errors'
import type { Format } from './formats'

/**
 * Copy what libvips cannot write: it keeps XMP, IPTC, profile and orientation of a TIFF, but not its EXIF block. The tags
 * that describe the pixels themselves (size, strips, compression) are ExifTool's to protect, and stay as encoded.
 *
 * Throws `metadata-unwritable`.
 */
export async function copyLostMetadata(format: Format, source: string, target: string): Promise<void> {
  if (format !== 'tiff') return
  try {
    await exiftool.write(
      target,
      {},
      { writeArgs: ['-TagsFromFile', source, '-EXIF:all', '-overwrite_original'] },
    )
  } catch (cause) {
    throw new PetrichorError(
      'metadata-unwritable',
      `The EXIF data of “${basename(source)}” could not be carried over.`,
      'Check that Perl is installed (on Debian and Ubuntu: apt install perl).',
      cause,
    )
  }
}

/** Stop the helper process that writes metadata; without this the process that used it would not end. */
export function endMetadata(): Promise<void> {
  return exiftool.end()
}
