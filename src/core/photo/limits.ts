import { statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname } from 'node:path'
import { PetrichorError } from '../../shared/errors'
import { type Format, formats, listFormats, outputFormatIds } from '../../shared/formats'
import { pixelLimits } from '../../shared/machine'
import { diskError, systemCode } from '../files/fileErrors'
import { codecs } from './formats'
import type { Encoding } from './formats/codec'
import type { RasterShape } from './raster'

/** What a photo may ask of the machine; a file that claims more is refused before anything is taken. */
export interface Limits {
  /** Width × height. */
  pixels: number
  /** Bytes that decoding or encoding may hold at once; some formats are read or written whole, not in strips. */
  memory: number
}

/** More pixels than any camera makes, and three quarters of the machine's memory. */
export const defaultLimits: Limits = { pixels: pixelLimits.default, memory: 0.75 * totalmem() }

/** What decoding a photo will ask of the machine, by the head of its file. */
export interface Demand extends RasterShape {
  name: string
  format: Format
  /** A progressive JPEG or an interlaced PNG. */
  isProgressive: boolean
}

/** Checks a photo before it is decoded. Throws `image-too-large`. */
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
  const held = (codecs[demand.format].heldByDecoder?.(demand) ?? 0) * pixelBytes(demand)
  if (held > limits.memory) {
    const inStrips = outputFormatIds.filter((id) => !codecs[id].heldByDecoder)
    throw new PetrichorError(
      'image-too-large',
      `“${name}” needs ${gigabytes(held)} of memory to be read, more than it may take.`,
      `Save it as ${listFormats(inStrips, 'or')}, which is read in strips, or raise the limit.`,
    )
  }
}

/** Checks a result before it is encoded; `name` is its photo's. Throws `image-too-large`. */
export function checkEncoder(name: string, shape: RasterShape, encoding: Encoding, limits: Limits): void {
  const { format, bits } = encoding
  const channels = shape.channels % 2 === 0 ? 4 : 3
  const bytes = pixelBytes({ ...shape, channels, depth: bits === 8 ? 8 : 16 })
  const held = (codecs[format].encoder.heldByEncoder?.(encoding) ?? 0) * bytes
  if (held > limits.memory) {
    const inStrips = outputFormatIds.filter((id) => !codecs[id].encoder.heldByEncoder)
    throw new PetrichorError(
      'image-too-large',
      `“${name}” needs ${gigabytes(held)} of memory to be written as ${formats[format].name}, more than it may take.`,
      `Export it as ${listFormats(inStrips, 'or')}, which are written in strips, or raise the limit.`,
    )
  }
}

/** Throws `disk-full` where a scratch folder has no room for the pixels and the encoded file. */
export async function checkSpace(scratch: string, { name, ...shape }: Demand): Promise<void> {
  const needed = 2 * pixelBytes(shape)
  // Some systems do not tell how much is free; there, writing finds out.
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

function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
