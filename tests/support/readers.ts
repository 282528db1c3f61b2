/** Programs that had no part in writing a file, asked what is in it. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

// By full path: npm puts the ExifTool that writes our TIFF tags first on PATH.
const exiftool = '/usr/bin/exiftool'
const convert = '/usr/bin/convert'
const identify = '/usr/bin/identify'

/** Whether the readers are there; where not, what needs them is skipped and it is said, and a run that gates changes fails. */
export const haveReaders = [exiftool, convert, identify].every((path) => existsSync(path))
if (!haveReaders) {
  const needed = 'fidelity tests need /usr/bin/exiftool (libimage-exiftool-perl) and ImageMagick.'
  if (process.env['CI']) throw new Error(`With CI set, ${needed}`)
  console.warn(`SKIPPED: ${needed}`)
}

/** Every tag by group and name, as ExifTool prints it; those about the file system and of ExifTool itself left out. */
export function tagsOf(path: string): Record<string, unknown> {
  const [tags] = JSON.parse(
    execFileSync(exiftool, ['-json', '-a', '-G1', '-n', '-struct', path]).toString(),
  ) as [Record<string, unknown>]
  return Object.fromEntries(
    Object.entries(tags).filter(([name]) => !/^(SourceFile|System|ExifTool|Composite)\b/.test(name)),
  )
}

/** Write tags into a test's photo, in ExifTool's notation. */
export function writeTags(path: string, tags: readonly string[]): void {
  execFileSync(exiftool, ['-q', '-q', '-overwrite_original', ...tags, path], { stdio: 'ignore' })
}

/** The tags that differ between two files: [before, after] by name. */
export function tagDifferences(before: string, after: string): Record<string, [unknown, unknown]> {
  const [a, b] = [tagsOf(before), tagsOf(after)]
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
      .map((name) => [name, [a[name], b[name]]]),
  )
}

/** The colour profile as it lies in the file; empty without one. */
export function profileOf(path: string): Buffer {
  return execFileSync(exiftool, ['-b', '-ICC_Profile', path])
}

/** All pixels as ImageMagick reads them: 16-bit RGBA. */
export function pixelsOf(path: string): Buffer {
  const pixels = execFileSync(convert, [path, '-depth', '16', 'rgba:-'], { maxBuffer: 1 << 28 })
  const alpha = /\.(avif|heic)$/.test(path) ? alphaOfHeif(path) : undefined
  alpha?.forEach((byte, at) => (pixels[(at >> 1) * 8 + 6 + (at & 1)] = byte))
  return pixels
}

/**
 * The transparency of an AVIF or a HEIC, 16-bit; undefined where it has none. It lies in the file as a picture of its own, which
 * Debian's ImageMagick passes over, so that is shown the file with the numbers of the two exchanged.
 */
function alphaOfHeif(path: string): Buffer | undefined {
  const file = readFileSync(path)
  const reference = file.subarray(0, file.indexOf('mdat')).indexOf('auxl')
  if (reference < 0) return undefined
  file.copy(file, file.indexOf('pitm') + 8, reference + 4, reference + 6)
  return execFileSync(convert, [`${path.slice(-4)}:-`, '-depth', '16', 'gray:-'], {
    input: file,
    maxBuffer: 1 << 28,
  })
}

/**
 * Write a photo in the colours of a profile, as ImageMagick converts them from the photo's own: black to black, as print
 * programs do.
 */
export function writeInColours(photo: string, profile: string, target: string): void {
  execFileSync(convert, [photo, '-black-point-compensation', '-profile', profile, '-depth', '16', target])
}

/** Bits a channel and the channels, such as "16 srgba". */
export function layoutOf(path: string): string {
  return execFileSync(identify, ['-format', '%z %[channels]', path]).toString()
}

export function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
