import { copyFile, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ExifTool, ExifToolTask } from 'exiftool-vendored'
import { PetrichorError } from '../../../shared/errors'
import { diskError, lacksRoom } from '../../files/fileErrors'
import { withScratch, withTemporary } from '../../files/temporary'
import { firstPageOnly } from './firstPage'

/** In milliseconds. ExifTool rewrites the whole file, which takes a while for a large one on a slow drive. */
const timeout = 10 * 60_000

/** Started when it is first needed: most photos do not need it. */
let tool: ExifTool | undefined

/**
 * EXIF of the photo itself, group by group: `EXIF:all` would also take the tags of the embedded thumbnail and write
 * them as if they were the photo's.
 */
const exif = ['-IFD0:all', '-ExifIFD:all', '-GPS:all', '-InteropIFD:all', '-MakerNotes']

/** The fields of IPTC that XMP has too, for formats without a place for IPTC. */
const iptcAsXmp = [
  '-XMP-dc:Creator<IPTC:By-line',
  '-XMP-dc:Description<IPTC:Caption-Abstract',
  '-XMP-dc:Rights<IPTC:CopyrightNotice',
  '-XMP-dc:Subject<IPTC:Keywords',
  '-XMP-dc:Title<IPTC:ObjectName',
  '-XMP-photoshop:City<IPTC:City',
  '-XMP-photoshop:State<IPTC:Province-State',
  '-XMP-photoshop:Country<IPTC:Country-PrimaryLocationName',
  '-XMP-iptcCore:Location<IPTC:Sub-location',
  '-XMP-iptcCore:CountryCode<IPTC:Country-PrimaryLocationCode',
  '-XMP-photoshop:Credit<IPTC:Credit',
  '-XMP-photoshop:Headline<IPTC:Headline',
  '-XMP-photoshop:Instructions<IPTC:SpecialInstructions',
  '-XMP-photoshop:Source<IPTC:Source',
]

/** Where a photo was taken: coordinates in EXIF and XMP, names of places in IPTC and XMP. */
const location = [
  '-GPS:all=',
  '-XMP:GPS*=',
  '-XMP-exif:GPS*=',
  '-XMP-iptcExt:LocationCreated=',
  '-XMP-iptcExt:LocationShown=',
  '-XMP-iptcCore:Location=',
  '-XMP-iptcCore:CountryCode=',
  '-XMP-photoshop:City=',
  '-XMP-photoshop:State=',
  '-XMP-photoshop:Country=',
  '-IPTC:Sub-location=',
  '-IPTC:City=',
  '-IPTC:Province-State=',
  '-IPTC:Country-PrimaryLocationCode=',
  '-IPTC:Country-PrimaryLocationName=',
  '-IPTC:ContentLocationCode=',
  '-IPTC:ContentLocationName=',
]

/**
 * Copies what libvips cannot write into a TIFF: it keeps XMP, profile, resolution and orientation, but not EXIF, and
 * spoils IPTC. ExifTool protects the tags that describe the pixels themselves (size, strips, compression).
 *
 * Throws `metadata-unwritable`, or `disk-full` where a file of several pages finds no room beside the pixels.
 */
export function copyTiffTags(source: string, target: string): Promise<void> {
  return copy(source, target, (from) => [
    '-TagsFromFile',
    from,
    ...exif,
    '-IPTC:all',
    '-IPTC:CodedCharacterSet',
  ])
}

/**
 * Copies EXIF with maker notes, XMP and IPTC from a file of any format; the profile comes with the pixels. Without a
 * place for IPTC its fields go into XMP where that says nothing yet. Left out are the embedded thumbnail, which shows
 * the photo as it was, and with `upright` the orientation.
 *
 * Throws `metadata-unwritable`, or `disk-full` where a file of several pages finds no room beside the pixels.
 */
export function copyAllTags(
  source: string,
  target: string,
  { hasIptc, upright }: { hasIptc: boolean; upright: boolean },
): Promise<void> {
  return copy(source, target, (from) => [
    ...(hasIptc ? [] : ['-TagsFromFile', from, ...iptcAsXmp]),
    '-TagsFromFile',
    from,
    ...exif,
    // Each to its own schema; otherwise a field that several schemas have would go to the one that ExifTool prefers.
    '-XMP:all>all:all',
    ...(hasIptc ? ['-IPTC:all', '-IPTC:CodedCharacterSet'] : []),
    ...(upright ? ['--Orientation'] : []),
  ])
}

/** Removes from a file where its photo was taken, and nothing else. Throws `metadata-unwritable`. */
export function removeLocation(source: string, target: string): Promise<void> {
  return edit(source, target, async () => location)
}

function copy(source: string, target: string, argsFor: (from: string) => string[]): Promise<void> {
  return edit(source, target, async (scratch) => {
    const from = await firstPageOnly(source, join(scratch, 'page')).catch((cause: unknown) => {
      throw lacksRoom(cause) ? diskError(cause, dirname(scratch)) : cause
    })
    // ExifTool expands codes such as %f in the name of the file that it copies from.
    return argsFor(/[%\r\n]/.test(from) ? await aliasOf(from, join(scratch, 'source')) : from)
  })
}

async function edit(
  source: string,
  target: string,
  argsFor: (scratch: string) => Promise<string[]>,
): Promise<void> {
  try {
    tool ??= new ExifTool({ maxProcs: 1, taskTimeoutMillis: timeout, maxProcAgeMillis: timeout })
    const exiftool = tool
    await withScratch(async (scratch) => {
      // ExifTool takes one argument a line.
      const folder = dirname(target)
      const into = /[\r\n]/.test(folder) ? await aliasOf(folder, join(scratch, 'folder')) : folder
      const args = ['-charset', 'filename=utf8', '-m', ...(await argsFor(scratch)), '-overwrite_original']
      await withTemporary(`${target}_exiftool_tmp`, () =>
        exiftool.enqueueTask(() => new EditTask([...args, join(into, basename(target))])),
      )
    })
  } catch (cause) {
    if (cause instanceof PetrichorError) throw cause
    throw new PetrichorError(
      'metadata-unwritable',
      `The metadata of “${basename(source)}” could not be carried over.`,
      'Check that Perl is installed (on Debian and Ubuntu: apt install perl).',
      cause,
    )
  }
}

/** Replaces the library's own task for writing, which escapes text in a way that spoils lists. */
class EditTask extends ExifToolTask<void> {
  protected parse(_: string, error?: Error): void {
    // To ExifTool, a source that it cannot open is only a warning.
    const failure = this.warnings.find((warning) => /error opening/i.test(warning))
    if (error ?? failure) throw error ?? new Error(failure)
  }
}

/** Stops the helper process that writes metadata, if it runs; otherwise the process that used it would not end. */
export async function endMetadata(): Promise<void> {
  const ending = tool
  tool = undefined
  await ending?.end()
}

/** Gives a file or folder another name: by a link, or by a copy where the system has none (Windows, mostly). */
async function aliasOf(path: string, alias: string): Promise<string> {
  await symlink(path, alias).catch(() => copyFile(path, alias))
  return alias
}
