import { rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { PetrichorError } from '../../shared/errors'
import type { Format } from '../../shared/formats'
import type { Note } from '../../shared/job'
import { cannotRead, diskError, lacksRoom } from '../files/fileErrors'
import { refuseForeign, unsupported } from './foreign'
import { formatOf, startsAsPhoto } from './formats'
import { isStoredGrey } from './heic'
import { heicPicture } from './heicPicture'
import { checkLimits, checkSpace, defaultLimits, type Limits } from './limits'
import { picturesInJpeg } from './metadata/jpeg'
import { isLosslessWebp } from './metadata/webp'
import { colourSpace, Raster, writeRaster } from './raster'
import { reading } from './reading'
import { attachProfile, deepenRaster } from './rewriteRaster'

/** A photo opened for restoring: its pixels in a scratch file, in the file's own encoding and gamut. */
export interface DecodedPhoto {
  /** How the file is packed. */
  encoding: SourceEncoding
  /** Whether the pixels were brought to sRGB, and the file's own profile no longer fits them. */
  converted: boolean
  /** How its metadata says that the stored pixels are to be turned, 1 to 8 as in EXIF; 1 where they are upright. */
  orientation: number
  /** What is worth saying of how it was read. */
  notes: Note[]
  raster: Raster
}

export interface SourceEncoding {
  format: Format
  /** Where a format can do both: keeps every pixel exactly. */
  lossless: boolean
  /** Bits a channel in the file, 1 to 16; of CMYK, which is converted with 8, never more than those. */
  bits: number
}

export interface DecodeOptions {
  limits?: Limits
  /** Decode to 16 bits a channel whatever the file has, for a result with finer steps. */
  deep?: boolean
}

/** Colour models, by libvips' names, that the model can be shown; CMYK is converted. */
const spaces = ['srgb', 'rgb', 'rgb16', 'b-w', 'grey16', 'cmyk']

/**
 * Decode a photo into a scratch folder. Its profile is kept and not applied, its orientation is kept and not applied:
 * what is restored is what the file stores. HEIC and AVIF turn their pixels themselves, and come upright. Of a file with
 * several pictures it is the first, or the one that the file calls its main one. The caller closes the raster.
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
  if (format === undefined) throw unsupported(name, metadata.format.toUpperCase())
  const converted = metadata.space === 'cmyk'
  const stored = depthOf(metadata, name)
  // sharp converts CMYK by its profile, black to black, with 8 bits alone.
  const depth = converted ? 8 : stored
  const demand = { ...metadata, name, format, depth: deep ? 16 : depth }
  checkLimits(demand, limits)
  await checkSpace(scratch, demand)

  const turnsItself = format === 'heic' || format === 'avif'
  const gone = (cause: unknown) => {
    throw cannotRead(path, cause)
  }
  const lossless = await isLossless(path, format).catch(gone)
  const pictures = await picturesIn(path, format, metadata).catch(gone)
  const raster = await decodeInto(join(scratch, 'pixels.tif'), async () => {
    if (format === 'heic') return heicPicture(path)
    if (converted) return fromCmyk(path)
    const channels = (await isGrey(path, format, metadata)) ? 1 : 3
    return asStored(path, metadata, colourSpace({ channels, depth }))
  }).catch(async (cause: unknown) => {
    if (lacksRoom(cause)) throw diskError(cause, dirname(scratch))
    await stat(path).catch(gone)
    throw unread(name, cause)
  })
  return {
    encoding: { format, lossless, bits: converted ? 8 : (metadata.bitsPerSample ?? depth) },
    converted,
    orientation: turnsItself ? 1 : (metadata.orientation ?? 1),
    notes: notesOn({ pictures, converted, stored }),
    raster,
  }

  async function decodeInto(file: string, open: () => Promise<Sharp>): Promise<Raster> {
    await writeRaster(await open(), file, metadata.density)
    if (format === 'heic' && metadata.icc) await attachProfile(file, metadata.icc)
    if (!deep || depth === 16) return Raster.open(file)
    const deepened = join(scratch, 'deep.tif')
    await deepenRaster(file, deepened)
    await rm(file)
    return Raster.open(deepened)
  }
}

/** Work with a decoded photo; its raster is closed when the work ends. Throws what decoding and the work throw. */
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

/**
 * Pages, frames, pictures below a TIFF's page, and what a JPEG holds beside its photo: previews, gain maps and depth maps.
 */
async function picturesIn(
  path: string,
  format: Format,
  { pages = 1, subifds = 0 }: Metadata,
): Promise<number> {
  return format === 'jpeg' ? picturesInJpeg(path) : pages + subifds
}

async function isLossless(path: string, format: Format): Promise<boolean> {
  return format === 'webp' ? isLosslessWebp(path) : format === 'png' || format === 'tiff'
}

/** Of an AVIF libvips says sRGB always. */
async function isGrey(path: string, format: Format, { space }: Metadata): Promise<boolean> {
  return format === 'avif' ? isStoredGrey(path) : space === 'b-w' || space === 'grey16'
}

/** `space`: that of the file, by libvips' name. */
function asStored(path: string, { pagePrimary }: Metadata, space: ReturnType<typeof colourSpace>): Sharp {
  return sharp(path, { ...reading, page: pagePrimary ?? 0, failOn: 'error' })
    .pipelineColourspace(space)
    .toColourspace(space)
    .keepMetadata()
}

/** Print colours have no place in the model: they are converted by their profile, and the photo becomes sRGB. */
function fromCmyk(path: string): Sharp {
  return sharp(path, { ...reading, ignoreIcc: false, failOn: 'error' })
    .toColourspace('srgb')
    .keepMetadata()
    .withIccProfile('srgb')
}

/** What a file says about itself, before its pixels are read. */
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
    return await sharp(path, reading).metadata()
  } catch (cause) {
    const isPhoto = await startsAsPhoto(path).catch((gone: unknown) => {
      throw cannotRead(path, gone)
    })
    if (isPhoto) throw unread(name, cause)
    throw new PetrichorError(
      'not-an-image',
      `“${name}” is not an image that Petrichor can read.`,
      'Choose a JPEG, PNG, TIFF, WebP, AVIF or HEIC file.',
      cause,
    )
  }
}

/** Bits a channel. Throws `unsupported-format` for samples and colour models that the model cannot be shown. */
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

/** What libvips and libheif say of files that may well be sound, but are packed in a way that they do not know. */
const unknownPacking = /not implemented|not configured|not a whole number of bytes|unsupported codec/i

/** The error for a photo whose pixels did not come out. */
function unread(name: string, cause: unknown): PetrichorError {
  if (cause instanceof Error && unknownPacking.test(cause.message)) {
    return new PetrichorError(
      'unsupported-format',
      `“${name}” is packed in a way that Petrichor cannot read.`,
      'Export it as JPEG, PNG, TIFF, WebP or AVIF and restore that.',
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
