import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { PetrichorError } from '../errors'
import { diskError, isDiskFull } from './diskErrors'
import { type Encoding, formatOf, startsAsPhoto } from './formats'
import { Raster, type RasterShape } from './raster'
import { isLosslessWebp } from './metadata/webp'
import { missing } from './missing'

/** A photo opened for restoring: its pixels in a scratch file, in the file's own encoding and gamut. */
export interface DecodedPhoto {
  /** How the file is packed, and its result shall be. */
  encoding: Encoding
  /** Whether the pixels were brought to sRGB, and the file's own profile no longer fits them. */
  converted: boolean
  raster: Raster
}

/** More pixels than any camera makes; a file that claims more is refused before memory is taken. */
const mostPixels = 1_000_000_000
/** Colour models, by libvips' names, that the network can be shown; CMYK is converted. */
const spaces = ['srgb', 'rgb', 'rgb16', 'b-w', 'grey16', 'cmyk']

/**
 * Decode a photo into a scratch folder. Its profile is kept and not applied, its orientation is kept and not applied:
 * what is restored is what the file stores. Of a file with several pictures it is the first. The caller closes the
 * raster.
 *
 * Throws `not-found`, `unreadable`, `not-an-image`, `unsupported-format`, `image-too-large`, `damaged-image` or
 * `disk-full`.
 */
export async function decodePhoto(path: string, scratch: string): Promise<DecodedPhoto> {
  const name = basename(path)
  const metadata = await readMetadata(path)
  const format = formatOf(metadata.format, name)
  const depth = depthOf(metadata, name)
  if (metadata.width * metadata.height > mostPixels) {
    throw new PetrichorError(
      'image-too-large',
      `“${name}” claims ${metadata.width} × ${metadata.height} pixels, more than Petrichor opens.`,
      'Crop or scale it below a thousand megapixels.',
    )
  }

  const file = join(scratch, 'pixels.v')
  const converted = metadata.space === 'cmyk'
  try {
    await (converted ? fromCmyk(path, depth) : asStored(path, metadata, depth)).toFile(file)
  } catch (cause) {
    throw isDiskFull(cause) ? diskError(cause, dirname(scratch)) : damaged(name, cause)
  }
  const lossless = format === 'webp' ? await isLosslessWebp(path) : format !== 'jpeg'
  return { encoding: { format, lossless }, converted, raster: await Raster.open(file) }
}

function asStored(path: string, { space: found }: Metadata, depth: 8 | 16): Sharp {
  const space = colourSpace({ channels: found === 'b-w' || found === 'grey16' ? 1 : 3, depth })
  return sharp(path, { ...reading, failOn: 'error' })
    .pipelineColourspace(space)
    .toColourspace(space)
    .keepMetadata()
}

/** Print colours have no place in the network: they are converted by their profile, and the photo becomes sRGB. */
function fromCmyk(path: string, depth: 8 | 16): Sharp {
  return sharp(path, { ...reading, ignoreIcc: false, failOn: 'error' })
    .toColourspace(colourSpace({ channels: 3, depth }))
    .keepMetadata()
    .withIccProfile('srgb')
}

/** How sharp opens photos and rasters throughout: own profile untouched, our own limit on size. */
export const reading = { ignoreIcc: true, limitInputPixels: false } as const

// libvips remembers what it read by path; a photo that was edited meanwhile would come out as it was before.
sharp.cache(false)

/** What a file says about itself, before its pixels are read. */
async function readMetadata(path: string): Promise<Metadata> {
  const name = basename(path)
  const found = await stat(path).catch((cause: unknown) => {
    throw missing(path, cause)
  })
  if (!found.isFile()) {
    throw new PetrichorError(
      'not-an-image',
      `“${name}” is not a file.`,
      'Choose a photo, or a folder of photos.',
    )
  }
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw missing(path, cause)
  })
  try {
    return await sharp(path, reading).metadata()
  } catch (cause) {
    if (await startsAsPhoto(path)) throw damaged(name, cause)
    throw new PetrichorError(
      'not-an-image',
      `“${name}” is not an image that Petrichor can read.`,
      'Choose a JPEG, PNG, TIFF or WebP file.',
      cause,
    )
  }
}

/** Bits a channel. Throws `unsupported-format` for samples and colour models that the network cannot be shown. */
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

/** libvips' name of the space that keeps a shape as it is. */
export function colourSpace({
  channels,
  depth,
}: Pick<RasterShape, 'channels' | 'depth'>): 'b-w' | 'grey16' | 'srgb' | 'rgb16' {
  if (channels < 3) return depth === 8 ? 'b-w' : 'grey16'
  return depth === 8 ? 'srgb' : 'rgb16'
}

function damaged(name: string, cause: unknown): PetrichorError {
  return new PetrichorError(
    'damaged-image',
    `“${name}” is damaged or incomplete.`,
    'Copy it again from the camera or a backup.',
    cause,
  )
}
