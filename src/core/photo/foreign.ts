import { basename, extname } from 'node:path'
import { PetrichorError } from '../../shared/errors'
import { listFormats, outputFormatIds } from '../../shared/formats'
import { firstDirectory } from './metadata/directory'
import { bytesAt, withFile } from './metadata/parts'

/** Makers of cameras by the extension of their RAW files. */
const raw: Record<string, string> = {
  '.3fr': 'Hasselblad',
  '.arw': 'Sony',
  '.cr2': 'Canon',
  '.cr3': 'Canon',
  '.crw': 'Canon',
  '.dcr': 'Kodak',
  '.dng': 'DNG',
  '.erf': 'Epson',
  '.fff': 'Hasselblad',
  '.iiq': 'Phase One',
  '.kdc': 'Kodak',
  '.mef': 'Mamiya',
  '.mos': 'Leaf',
  '.mrw': 'Minolta',
  '.nef': 'Nikon',
  '.nrw': 'Nikon',
  '.orf': 'Olympus',
  '.pef': 'Pentax',
  '.raf': 'Fujifilm',
  '.rw2': 'Panasonic',
  '.rwl': 'Leica',
  '.sr2': 'Sony',
  '.srf': 'Sony',
  '.srw': 'Samsung',
  '.x3f': 'Sigma',
}

/** Makers of cameras by the first bytes of their RAW files, where these tell. */
const rawStarts: [RegExp, string][] = [
  [/^II\*\0.{4}CR/s, 'Canon'],
  [/^.{4}ftypcrx /s, 'Canon'],
  [/^FUJIFILMCCD-RAW/, 'Fujifilm'],
  [/^IIU\0/, 'Panasonic'],
  [/^(IIR[OS]|MMOR)/, 'Olympus'],
  [/^FOVb/, 'Sigma'],
  [/^\0MRM/, 'Minolta'],
  [/^II\x1a\0.{2}HEAPCCDR/s, 'Canon'],
]

/** Other kinds of pictures by their first bytes. */
const otherStarts: [RegExp, string][] = [
  [/^GIF8/, 'GIF'],
  [/^(\ufeff|\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE svg.*?>\s*)*<svg[\s>]/is, 'SVG'],
  [/^BM.{8}\0\0/s, 'BMP'],
  [/^8BPS\0[\x01\x02]/s, 'a Photoshop document'],
  [/^(\xff\x0a|\0\0\0\x0cJXL )/s, 'JPEG XL'],
  [/^(\0\0\0\x0cjP {2}|\xff\x4f\xff\x51)/s, 'JPEG 2000'],
  [/^v\/1\x01/, 'OpenEXR'],
  [/^qoif/, 'QOI'],
  [/^#\?(RADIANCE|RGBE)/, 'Radiance HDR'],
  [/^P[1-7]\s/, 'PNM'],
  [/^%PDF-/, 'PDF'],
]

/**
 * Refuses kinds of pictures that are not restored, and says which and why: camera RAW, which would otherwise be taken
 * for the small TIFF picture that many of its files hold, and formats of drawings or that libvips cannot read.
 *
 * Throws `unsupported-format`.
 */
export async function refuseForeign(path: string): Promise<void> {
  const name = basename(path)
  const start = (await withFile(path, (file) => bytesAt(file, 0, 1024))).toString('latin1')
  const maker =
    rawStarts.find(([pattern]) => pattern.test(start))?.[1] ??
    (/^(II|MM)/.test(start) ? (raw[extname(name).toLowerCase()] ?? (await dngOf(path))) : undefined)
  if (maker !== undefined) {
    throw new PetrichorError(
      'unsupported-format',
      `“${name}” is camera RAW (${maker}), which Petrichor cannot develop.`,
      'Develop it in a RAW program, export it as 16-bit TIFF, and restore that.',
    )
  }
  const kind = otherStarts.find(([pattern]) => pattern.test(start))?.[1]
  if (kind !== undefined) throw unsupportedFormat(name, kind)
}

/** The error for a picture of a kind that is not restored. */
export function unsupportedFormat(name: string, kind: string): PetrichorError {
  return new PetrichorError(
    'unsupported-format',
    `“${name}” is ${kind}, which Petrichor does not restore${reasons[kind] ?? ''}.`,
    exportAdvice,
  )
}

/** What to do with a photo that cannot be read. */
export const exportAdvice = `Export it as ${listFormats(outputFormatIds, 'or')} and restore that.`

const reasons: Record<string, string> = {
  GIF: ': its 256 colours and moving pictures are no photo',
  SVG: ': it is a drawing, not a photo',
}

/** `DNG` for a TIFF whose first directory has the tag DNGVersion, whatever the file is called. */
async function dngOf(path: string): Promise<string | undefined> {
  const directory = await withFile(path, (file) => firstDirectory(file))
  return directory?.values.has(0xc612) ? 'DNG' : undefined
}
