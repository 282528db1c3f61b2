import { copyFile, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ExifTool, ExifToolTask } from 'exiftool-vendored'
import { PetrichorError } from '../../../shared/errors'
import type { OutputFormat } from '../../../shared/formats'
import { diskError, lacksRoom } from '../../files/fileErrors'
import { withScratch, withTemporary } from '../../files/temporary'
import { firstPageOnly } from './firstPage'

/** ExifTool rewrites the whole file, which takes a while for a large one on a slow drive. */
const timeout = 10 * 60_000

/** Started when it is first needed: most photos need none. */
let tool: ExifTool | undefined

/**
 * EXIF of the photo itself, each group to its own: `EXIF:all` would also take what the embedded thumbnail says and write
 * it as if the photo said so.
 */
const exif = ['-IFD0:all', '-ExifIFD:all', '-GPS:all', '-InteropIFD:all', '-MakerNotes']

/** The fields of IPTC that XMP has too, for formats that have no place for IPTC itself. */
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
 * Copy what libvips cannot write into a TIFF: it keeps XMP, profile, resolution and orientation, but not EXIF, and spoils
 * IPTC. The tags that describe the pixels themselves (size, strips, compression) are ExifTool's to protect, and stay as
 * encoded.
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
 * Copy EXIF with maker notes, XMP and IPTC into a file of another format than the source's; the profile comes with the
 * pixels. IPTC goes into XMP where the format has no place for it and XMP says nothing yet. Left behind are the embedded
 * thumbnail, which shows the photo as it was, and with `upright` the orientation.
 *
 * Throws `metadata-unwritable`, or `disk-full` where a file of several pages finds no room beside the pixels.
 */
export function copyAllTags(
  source: string,
  target: string,
  { format, upright }: { format: OutputFormat; upright: boolean },
): Promise<void> {
  const hasIptc = format === 'jpeg' || format === 'tiff' || format === 'png'
  return copy(source, target, (from) => [
    ...(hasIptc ? [] : ['-TagsFromFile', from, ...iptcAsXmp]),
    '-TagsFromFile',
    from,
    ...exif,
    // To where each stands, or a field that several schemas have would go to the one that ExifTool prefers.
    '-XMP:all>all:all',
    ...(hasIptc ? ['-IPTC:all', '-IPTC:CodedCharacterSet'] : []),
    ...(upright ? ['--Orientation'] : []),
  ])
}

/** Take out of a file where its photo was taken, and nothing else. Throws `metadata-unwritable`. */
export function removeLocation(source: string, target: string): Promise<void> {
  return edit(source, target, async () => location)
}

function copy(source: string, target: string, argsFor: (from: string) => string[]): Promise<void> {
  return edit(source, target, async (scratch) => {
    const from = await firstPageOnly(source, join(scratch, 'page')).catch((cause: unknown) => {
      throw lacksRoom(cause) ? diskError(cause, dirname(scratch)) : cause
    })
    // In the name of the file that it copies from, ExifTool fills in codes such as %f.
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
      // ExifTool is told one argument a line.
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

/** The library's own task for writing escapes text in a way that spoils lists. */
class EditTask extends ExifToolTask<void> {
  protected parse(_: string, error?: Error): void {
    // A source that it cannot open is but a warning to ExifTool.
    const failure = this.warnings.find((warning) => /error opening/i.test(warning))
    if (error ?? failure) throw error ?? new Error(failure)
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
