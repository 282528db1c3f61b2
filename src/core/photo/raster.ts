import { type FileHandle, open } from 'node:fs/promises'
import type { Sharp } from 'sharp'
import { firstValues, tags } from './bigTiff'

/** Rows of a picture as models read them: three planes (R, G, B) of `width * rows` values, 0..1. */
export type Planes = Float32Array<ArrayBuffer>

/** Rows as a raster stores them: the channels of each pixel interleaved. */
export type Samples = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>

export interface RasterShape {
  width: number
  height: number
  /** Samples a pixel as stored: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; further ones are kept too. */
  channels: number
  /** Bits a sample, 8 or 16. */
  depth: 8 | 16
}

/**
 * Writes a picture as a raster: a TIFF without compression, whose samples stand in the file as they are, row by row.
 * libvips reads it in strips, whereas it loads files of its own format whole while they are encoded. `density` is the
 * photo's resolution in dots per inch.
 */
export function writeRaster(picture: Sharp, path: string, density = 25.4): Promise<unknown> {
  const resolution = density / 25.4
  return picture.tiff({ compression: 'none', bigtiff: true, xres: resolution, yres: resolution }).toFile(path)
}

/**
 * The pixels of a decoded photo in a scratch file that `writeRaster` wrote: samples interleaved, in the byte order of
 * the machine. Rows are read and written in place, so that memory does not grow with the photo, and alpha, profile and
 * metadata stay untouched in the file until it is encoded.
 */
export class Raster {
  private constructor(
    readonly path: string,
    readonly shape: RasterShape,
    private readonly file: FileHandle,
    /** Where the first row starts in the file. */
    private readonly start: number,
  ) {}

  /** Opens a file that `writeRaster` wrote on this machine, with samples of 8 or 16 bits. */
  static async open(path: string): Promise<Raster> {
    const file = await open(path, 'r+')
    try {
      const values = await firstValues(file)
      return new Raster(path, shapeOf(values), file, values.get(tags.pixels)!)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  close(): Promise<void> {
    return this.file.close()
  }

  /**
   * Reads rows from `top` to before `top + rows` as planes, into `room` where it is given; grey fills all three planes.
   */
  async readRows(top: number, rows: number, room?: Planes): Promise<Planes> {
    const { width, channels, depth } = this.shape
    const samples = await this.readSamples(top, rows)
    const scale = 1 / maximum(depth)
    const area = width * rows
    const planes = room?.subarray(0, 3 * area) ?? new Float32Array(3 * area)
    const [red, green, blue] = colourOffsets(channels)
    for (let pixel = 0, at = 0; pixel < area; pixel++, at += channels) {
      planes[pixel] = samples[at + red]! * scale
      planes[pixel + area] = samples[at + green]! * scale
      planes[pixel + 2 * area] = samples[at + blue]! * scale
    }
    return planes
  }

  /**
   * Replaces the colour of rows from `top` to before `top + rows` by the first rows of planes, which may hold more,
   * clipped to 0..1 and rounded to the file's depth; grey becomes the mean of the planes, and alpha is kept.
   */
  async writeRows(top: number, rows: number, planes: Planes): Promise<void> {
    const { width, channels, depth } = this.shape
    const samples = await this.readSamples(top, rows)
    const most = maximum(depth)
    const area = width * rows
    const plane = planes.length / 3
    // A typed array of 8 or 16 bits truncates, so half a step is added first.
    const quantise = (value: number) => Math.min(Math.max(value, 0), 1) * most + 0.5
    if (channels < 3) {
      for (let pixel = 0, at = 0; pixel < area; pixel++, at += channels) {
        samples[at] = quantise((planes[pixel]! + planes[pixel + plane]! + planes[pixel + 2 * plane]!) / 3)
      }
    } else {
      for (let pixel = 0, at = 0; pixel < area; pixel++, at += channels) {
        samples[at] = quantise(planes[pixel]!)
        samples[at + 1] = quantise(planes[pixel + plane]!)
        samples[at + 2] = quantise(planes[pixel + 2 * plane]!)
      }
    }
    await this.writeSamples(top, samples)
  }

  /** Reads rows as they are stored. */
  async readSamples(top: number, rows: number): Promise<Samples> {
    const bytes = new Uint8Array(rows * this.rowBytes)
    const { bytesRead } = await this.file.read(bytes, 0, bytes.length, this.start + top * this.rowBytes)
    // What follows the last row are tags.
    if (top + rows > this.shape.height || bytesRead !== bytes.length) {
      throw new RangeError(`rows ${top} to ${top + rows} are not in the raster`)
    }
    return this.shape.depth === 8 ? bytes : new Uint16Array(bytes.buffer)
  }

  /** Writes rows as they are stored, from `top` on. */
  async writeSamples(top: number, { buffer }: Samples): Promise<void> {
    const bytes = new Uint8Array(buffer)
    const { bytesWritten } = await this.file.write(bytes, 0, bytes.length, this.start + top * this.rowBytes)
    if (bytesWritten !== bytes.length) throw new Error('The scratch file could not be written.')
  }

  private get rowBytes(): number {
    return this.shape.width * this.shape.channels * (this.shape.depth / 8)
  }
}

/** libvips' name of the colour space in which pixels of a shape stay as they are. */
export function colourSpace({
  channels,
  depth,
}: Pick<RasterShape, 'channels' | 'depth'>): 'b-w' | 'grey16' | 'srgb' | 'rgb16' {
  if (channels < 3) return depth === 8 ? 'b-w' : 'grey16'
  return depth === 8 ? 'srgb' : 'rgb16'
}

function shapeOf(values: Map<number, number>): RasterShape {
  const depth = values.get(tags.bits)
  if (depth !== 8 && depth !== 16) throw new RangeError('a raster must have samples of 8 or 16 bits')
  return {
    width: values.get(tags.width)!,
    height: values.get(tags.height)!,
    channels: values.get(tags.channels)!,
    depth,
  }
}

function maximum(depth: 8 | 16): number {
  return depth === 8 ? 255 : 65535
}

function colourOffsets(channels: number): readonly [number, number, number] {
  return channels < 3 ? [0, 0, 0] : [0, 1, 2]
}
