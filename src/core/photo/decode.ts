import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { PetrichorError } from '../errors'
import { type Format, formatOf } from './formats'
import { Raster, type RasterShape } from './raster'

/** A photo opened for restoring: its pixels in a scratch file, in the file's own encoding and gamut. */
export interface DecodedPhoto {
  format: Format
  raster: Raster
}

/** More pixels than any camera makes; a file that claims more is refused before memory is taken. */
const mostPixels = 1_000_000_000

/**
 * Decode a photo into a scratch folder. Its profile is kept and not applied, its orientation is kept and not applied:
 * what is restored is what the file stores.
 *
 * Throws `not-found`, `unreadable`, `not-an-image`, `unsupported-format`, `image-too-large` or `damaged-image`.
 */
export async function decodePhoto(path: string, scratch: string): Promise<DecodedPhoto> {
  const name = basename(path)
  const metadata = await readMetadata(path)
  const format = formatOf(metadata.format, name)
  const shape = shapeOf(metadata)
  if (shape.width * shape.height > mostPixels) {
    throw new PetrichorError(
      'image-too-large',
      `“${name}” claims ${shape.width} × ${shape.height} pixels, more than Petrichor opens.`,
      'Crop or scale it below a thousand megapixels.',
    )
  }

  const file = join(scratch, 'pixels.v')
  try {
    await (metadata.space === 'cmyk' ? fromCmyk(path) : asStored(path, shape)).toFile(file)
  } catch (cause) {
    throw damaged(name, cause)
  }
  return { format, raster: await Raster.open(file, shape) }
}

function asStored(path: string, shape: RasterShape): Sharp {
  const space = colourSpace(shape)
  return sharp(path, { ...reading, failOn: 'truncated' })
    .pipelineColourspace(space)
    .toColourspace(space)
    .keepMetadata()
}

/** Print colours have no place in the network: they are converted by their profile, and the photo becomes sRGB. */
function fromCmyk(path: string): Sharp {
  return sharp(path, { ...reading, ignoreIcc: false, failOn: 'truncated' })
    .toColourspace('srgb')
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
    throw new PetrichorError(
      'not-found',
      `“${name}” is not there.`,
      'Check the path; the file may have been moved.',
      cause,
    )
  })
  if (!found.isFile()) {
    throw new PetrichorError(
      'not-an-image',
      `“${name}” is not a file.`,
      'Choose a photo, or a folder of photos.',
    )
  }
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new PetrichorError(
      'unreadable',
      `“${name}” may not be read.`,
      'Check the permissions of the file.',
      cause,
    )
  })
  try {
    return await sharp(path, reading).metadata()
  } catch (cause) {
    if (found.size > 0 && /corrupt|truncated|premature|invalid/i.test(String(cause)))
      throw damaged(name, cause)
    throw new PetrichorError(
      'not-an-image',
      `“${name}” is not an image that Petrichor can read.`,
      'Choose a JPEG, PNG, TIFF or WebP file.',
      cause,
    )
  }
}

function shapeOf({ width, height, space, depth, hasAlpha }: Metadata): RasterShape {
  const grey = space === 'b-w' || space === 'grey16'
  return {
    width,
    height,
    channels: (grey ? 1 : 3) + (hasAlpha ? 1 : 0),
    depth: depth === 'uchar' ? 8 : 16,
  }
}

/** libvips' name of the space that keeps a shape as it is; CMYK and others become sRGB on the way. */
export function colourSpace({ channels, depth }: RasterShape): 'b-w' | 'grey16' | 'srgb' | 'rgb16' {
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
