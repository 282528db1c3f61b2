import { copyFile, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ExifTool } from 'exiftool-vendored'
import { PetrichorError } from '../../errors'
import { withScratch } from '../scratch'
import { withTemporary } from '../temporary'

/** ExifTool rewrites the whole file, which takes a while for a large one on a slow drive. */
const patience = 10 * 60_000

/** Started when it is first needed: most photos need none. */
let tool: ExifTool | undefined

/**
 * Copy what libvips cannot write into a TIFF: it keeps XMP, profile, resolution and orientation, but not EXIF, and spoils
 * IPTC. The tags that describe the pixels themselves (size, strips, compression) are ExifTool's to protect, and stay as
 * encoded.
 *
 * Throws `metadata-unwritable`.
 */
export async function copyTiffTags(source: string, target: string): Promise<void> {
  try {
    tool ??= new ExifTool({ maxProcs: 1, taskTimeoutMillis: patience, maxProcAgeMillis: patience })
    const exiftool = tool
    await withScratch(async (scratch) => {
      // In the name of the file that it copies from, ExifTool fills in codes such as %f.
      const from = /[%\r\n]/.test(source) ? await aliasOf(source, join(scratch, 'source')) : source
      // It is told one argument a line.
      const folder = dirname(target)
      const into = /[\r\n]/.test(folder) ? await aliasOf(folder, join(scratch, 'folder')) : folder
      const writeArgs = ['-TagsFromFile', from, '-EXIF:all', '-IPTC:all', '-overwrite_original']
      const { warnings } = await withTemporary(`${target}_exiftool_tmp`, () =>
        exiftool.write(join(into, basename(target)), {}, { writeArgs }),
      )
      // A source that it cannot open is but a warning to ExifTool.
      const failure = warnings?.find((warning) => /error opening/i.test(warning))
      if (failure) throw new Error(failure)
    })
  } catch (cause) {
    throw new PetrichorError(
      'metadata-unwritable',
      `The EXIF data of “${basename(source)}” could not be carried over.`,
      'Check that Perl is installed (on Debian and Ubuntu: apt install perl).',
      cause,
    )
  }
}

/** Stop the helper process that writes metadata, if it runs; the process that used it would not end before. */
export async function endMetadata(): Promise<void> {
  const ending = tool
  tool = undefined
  await ending?.end()
}

/** Another name for a file or folder; a copy where the system has no links (Windows, mostly). */
async function aliasOf(path: string, alias: string): Promise<string> {
  await symlink(path, alias).catch(() => copyFile(path, alias))
  return alias
}
