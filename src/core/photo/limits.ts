import { statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname } from 'node:path'
import { PetrichorError } from '../../shared/errors'
import { type Format, formats } from '../../shared/formats'
import { pixelLimits } from '../../shared/machine'
import { diskError, systemCode } from '../files/fileErrors'
import type { Encoding } from './encoding'
import type { RasterShape } from './raster'

/** What a photo may ask of the machine; a file that claims more is refused before anything is taken. */
export interface Limits {
  /** Width × height. */
  pixels: number
  /** Bytes that decoding or encoding may hold at once; some formats are not read or written in strips, but whole. */
  memory: number
}

/** More pixels than any camera makes, and three quarters of the machine's memory. */
export const defaultLimits: Limits = { pixels: pixelLimits.default, memory: 0.75 * totalmem() }

export interface Demand {
  name: string
  width: number
  height: number
  channels: number
  depth: 8 | 16
  format: Format
  /** A progressive JPEG or an interlaced PNG. */
  isProgressive: boolean
}

/** Of a photo that is to be read. Throws `image-too-large`. */
export function checkLimits(demand: Demand, limits: Limits): void {
  const { name, width, height } = demand
  if (width * height > limits.pixels) {
    const most = Math.round(limits.pixels / 1e6)
    throw new PetrichorError(
      'image-too-large',
      `“${name}” claims ${width} × ${height} pixels, more than Petrichor opens.`,
      `Crop or scale it${most >= 1 ? ` below ${most} megapixels` : ''}, or raise the limit.`,
    )
  }
  const held = heldByDecoder(demand)
  if (held > limits.memory) {
    throw new PetrichorError(
      'image-too-large',
      `“${name}” needs ${gigabytes(held)} of memory to be read, more than it may take.`,
      'Save it as a TIFF, which is read in strips, or raise the limit.',
    )
  }
}

/** Of a result that is to be written; `name` is its photo's. Throws `image-too-large`. */
export function checkEncoder(name: string, shape: RasterShape, encoding: Encoding, limits: Limits): void {
  const held = heldByEncoder(shape, encoding)
  if (held > limits.memory) {
    throw new PetrichorError(
      'image-too-large',
      `“${name}” needs ${gigabytes(held)} of memory to be written as ${formats[encoding.format].name}, more than it may take.`,
      'Export it as JPEG, PNG or TIFF, which are written in strips, or raise the limit.',
    )
  }
}

/** Throws `disk-full` where a scratch folder has not the room for the pixels and the packed file. */
export async function checkSpace(scratch: string, { name, ...demand }: Demand): Promise<void> {
  const needed = 2 * pixelBytes(demand)
  // Some systems cannot tell; then the write will.
  const free = await statfs(scratch).then(
    ({ bavail, bsize }) => bavail * bsize,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') throw diskError(error, dirname(scratch))
      return Infinity
    },
  )
  if (needed > free) {
    throw new PetrichorError(
      'disk-full',
      `“${name}” needs ${gigabytes(needed)} of temporary space, and “${dirname(scratch)}” has ${gigabytes(free)}.`,
      'Free some space, or set TMPDIR to a folder on a larger disk.',
    )
  }
}

function pixelBytes({ width, height, channels, depth }: RasterShape): number {
  return width * height * channels * (depth / 8)
}

/** In terms of the pixels, 1.2 to 1.5 times what was measured on 24 megapixels (HEIC: 12). */
function heldByDecoder(demand: Demand): number {
  const bytes = pixelBytes(demand)
  switch (demand.format) {
    case 'avif':
      return 7 * bytes
    case 'heic':
      return 3 * bytes
    case 'webp':
      return 3.5 * bytes
    default:
      return demand.isProgressive ? 1.5 * bytes : 0
  }
}

/**
 * In terms of the pixels as the encoder gets them, in colour always: 1.05 to 1.5 times what was measured on noise of 6 to 48
 * megapixels (docs/architecture.md).
 */
function heldByEncoder(
  { width, height, channels }: RasterShape,
  { format, lossless, bits }: Encoding,
): number {
  const hasAlpha = channels % 2 === 0
  const bytes = pixelBytes({ width, height, channels: hasAlpha ? 4 : 3, depth: bits === 8 ? 8 : 16 })
  switch (format) {
    case 'avif':
      return (bits === 8 ? 20 : 14) * bytes
    case 'webp':
      return (lossless ? 20 : 12) * bytes
    default:
      return 0
  }
}

function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
