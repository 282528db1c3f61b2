import { rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Metadata, Sharp } from 'sharp'
import { PetrichorError } from '../../shared/errors'
import { formatIds, listFormats } from '../../shared/formats'
import type { Note } from '../../shared/job'
import { cannotRead, diskError, lacksRoom } from '../files/fileErrors'
import { exportAdvice, refuseForeign, unsupportedFormat } from './foreign'
import { codecs, formatOf, startsAsPhoto } from './formats'
import type { Codec, SourceEncoding } from './formats/codec'
import { checkLimits, checkSpace, defaultLimits, type Limits } from './limits'
import { colourSpace, Raster, writeRaster } from './raster'
import { openImage, openStored } from './reading'
import { attachProfile, deepenRaster } from './rewriteRaster'

/** A photo opened for restoring: its pixels in a scratch file, in its own depth and gamut. */
export interface DecodedPhoto {
  /** How the file stores its pixels. */
  encoding: SourceEncoding
  /** Whether the pixels were brought to sRGB, and the file's own profile no longer fits them. */
  converted: boolean
  /** How the stored pixels are to be turned by the photo's metadata, 1 to 8 as in EXIF; 1 where they are upright. */
  orientation: number
  /** What the user should know about how it was read. */
  notes: Note[]
  raster: Raster
}

export interface DecodeOptions {
  limits?: Limits
  /** Decode to 16 bits a channel whatever the file has, for a result with finer steps. */
  deep?: boolean
}

/** Colour models that are restored, by libvips' names; CMYK is converted. */
const spaces = ['srgb', 'rgb', 'rgb16', 'b-w', 'grey16', 'cmyk']

/**
 * Decodes a photo into a scratch folder. Its profile and its orientation are kept and not applied, so that what the
 * file stores is restored; pixels of formats that turn them by themselves come upright. Of several pictures in a file
 * the first is decoded, or the one that the file calls its main one. The caller closes the raster.
 *
 * Throws `not-found`, `unreadable`, `not-an-image`, `unsupported-format`, `image-too-large`, `damaged-image` or
 * `disk-full`.
 */
export async function decodePhoto(
  path: string,
  scratch: string,
  { limits = defaultLimits, deep = false }: DecodeOptions = {},
): Promise<DecodedPhoto> {
  const name = basename(path)
  const metadata = await readMetadata(path)
  const format = formatOf(metadata)
  if (format === undefined) throw unsupportedFormat(name, metadata.format.toUpperCase())
  const codec = codecs[format]
  const converted = metadata.space === 'cmyk'
  const stored = depthOf(metadata, name)
  // sharp converts CMYK by its profile, black to black, with 8 bits only.
  const depth = converted ? 8 : stored
  const demand = { ...metadata, name, format, depth: deep ? 16 : depth }
  checkLimits(demand, limits)
  await checkSpace(scratch, demand)

  const gone = (cause: unknown) => {
    throw cannotRead(path, cause)
  }
  const lossless = await isLossless(path, codec).catch(gone)
  const pictures = await countPictures(path, codec, metadata).catch(gone)
  const raster = await decodeInto(join(scratch, 'pixels.tif'), async () => {
    if (codec.decode) return codec.decode(path)
    if (converted) return fromCmyk(path)
    const channels = (await isGrey(path, codec, metadata)) ? 1 : 3
    return asStored(path, metadata, colourSpace({ channels, depth }))
  }).catch(async (cause: unknown) => {
    if (lacksRoom(cause)) throw diskError(cause, dirname(scratch))
    await stat(path).catch(gone)
    throw decodingError(name, cause)
  })
  return {
    encoding: { format, lossless, bits: converted ? 8 : (metadata.bitsPerSample ?? depth) },
    converted,
    orientation: codec.turnsItself ? 1 : (metadata.orientation ?? 1),
    notes: notesOn({ pictures, converted, stored }),
    raster,
  }

  async function decodeInto(file: string, open: () => Promise<Sharp>): Promise<Raster> {
    await writeRaster(await open(), file, metadata.density)
    if (codec.decode && metadata.icc) await attachProfile(file, metadata.icc)
    if (!deep || depth === 16) return Raster.open(file)
    const deepened = join(scratch, 'deep.tif')
    await deepenRaster(file, deepened)
    await rm(file)
    return Raster.open(deepened)
  }
}

/** Runs work on a decoded photo, and closes its raster afterwards. Throws what decoding and the work throw. */
export async function withDecoded<T>(
  path: string,
  scratch: string,
  options: DecodeOptions,
  work: (photo: DecodedPhoto) => Promise<T>,
): Promise<T> {
  const photo = await decodePhoto(path, scratch, options)
  try {
    return await work(photo)
  } finally {
    await photo.raster.close()
  }
}

function notesOn(found: { pictures: number; converted: boolean; stored: 8 | 16 }): Note[] {
  const notes: Note[] = []
  if (found.pictures > 1) {
    const message = `The file holds ${found.pictures} pictures; the first was restored, the others were left out.`
    notes.push({ code: 'first-of-several', message })
  }
  if (found.converted) notes.push({ code: 'cmyk-converted', message: 'Converted from CMYK to sRGB.' })
  if (found.converted && found.stored === 16) {
    const message = '16 bits a channel became 8, because CMYK is converted with no more.'
    notes.push({ code: 'depth-reduced', message })
  }
  return notes
}

/** Counts pages, frames and pictures below a TIFF's page, or what the format has of its own. */
async function countPictures(
  path: string,
  codec: Codec,
  { pages = 1, subifds = 0 }: Metadata,
): Promise<number> {
  return codec.countPictures?.(path) ?? pages + subifds
}

async function isLossless(path: string, codec: Codec): Promise<boolean> {
  return typeof codec.isLossless === 'boolean' ? codec.isLossless : codec.isLossless(path)
}

async function isGrey(path: string, codec: Codec, { space }: Metadata): Promise<boolean> {
  return codec.isGrey?.(path) ?? (space === 'b-w' || space === 'grey16')
}

/** `space`: that of the file, by libvips' name. */
function asStored(path: string, { pagePrimary }: Metadata, space: ReturnType<typeof colourSpace>): Sharp {
  return openStored(path, { page: pagePrimary ?? 0, failOn: 'error' })
    .pipelineColourspace(space)
    .toColourspace(space)
    .keepMetadata()
}

/** Converts print colours, which no model restores, by their profile: the photo becomes sRGB. */
function fromCmyk(path: string): Sharp {
  return openImage(path, { failOn: 'error' }).toColourspace('srgb').keepMetadata().withIccProfile('srgb')
}

/** Reads the head of a file, and says why where it is no photo. */
async function readMetadata(path: string): Promise<Metadata> {
  const name = basename(path)
  const found = await stat(path).catch((cause: unknown) => {
    throw cannotRead(path, cause)
  })
  if (!found.isFile()) {
    throw new PetrichorError(
      'not-an-image',
      `“${name}” is not a file.`,
      'Choose a photo, or a folder of photos.',
    )
  }
  await refuseForeign(path).catch((cause: unknown) => {
    throw cause instanceof PetrichorError ? cause : cannotRead(path, cause)
  })
  try {
    return await openStored(path).metadata()
  } catch (cause) {
    const isPhoto = await startsAsPhoto(path).catch((gone: unknown) => {
      throw cannotRead(path, gone)
    })
    if (isPhoto) throw decodingError(name, cause)
    throw new PetrichorError(
      'not-an-image',
      `“${name}” is not an image that Petrichor can read.`,
      `Choose a ${listFormats(formatIds, 'or')} file.`,
      cause,
    )
  }
}

/** Bits a channel as decoded. Throws `unsupported-format` for samples and colour models that are not restored. */
function depthOf({ space, depth }: Metadata, name: string): 8 | 16 {
  if (spaces.includes(space)) {
    if (depth === 'uchar') return 8
    if (depth === 'ushort') return 16
  }
  throw new PetrichorError(
    'unsupported-format',
    `“${name}” stores its pixels as ${depth} in ${space}, which Petrichor does not restore.`,
    'Export it as grey or RGB with 8 or 16 bits a channel.',
  )
}

/** Messages of libvips and libheif about files that may be sound, but are packed in a way that these cannot read. */
const unknownPacking = /not implemented|not configured|not a whole number of bytes|unsupported codec/i

/** The error for a photo whose pixels could not be decoded: `unsupported-format` or `damaged-image`. */
function decodingError(name: string, cause: unknown): PetrichorError {
  if (cause instanceof Error && unknownPacking.test(cause.message)) {
    return new PetrichorError(
      'unsupported-format',
      `“${name}” is packed in a way that Petrichor cannot read.`,
      exportAdvice,
      cause,
    )
  }
  return new PetrichorError(
    'damaged-image',
    `“${name}” is damaged or incomplete.`,
    'Copy it again from the camera or a backup.',
    cause,
  )
}
