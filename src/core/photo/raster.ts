import { type FileHandle, open } from 'node:fs/promises'

/** Rows of a picture as the network reads them: three planes (R, G, B) of `width * rows` values, 0..1. */
export type Planes = Float32Array<ArrayBuffer>

export interface RasterShape {
  width: number
  height: number
  /** Samples a pixel as stored: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  channels: number
  /** Bits a sample, 8 or 16. */
  depth: 8 | 16
}

/** A file in libvips' own format starts with a header of this size; then come the pixels, row by row, then metadata. */
const headerBytes = 64

/**
 * The pixels of a decoded photo in a scratch file of libvips' own format (`.v`), which is the samples as they are,
 * interleaved and in the byte order of the machine. Rows are read and written in place, so memory does not grow with
 * the photo, and what surrounds the colour (alpha, profile, metadata) stays in the file untouched until it is encoded.
 */
export class Raster {
  private constructor(
    readonly path: string,
    readonly shape: RasterShape,
    private readonly file: FileHandle,
  ) {}

  static async open(path: string, shape: RasterShape): Promise<Raster> {
    return new Raster(path, shape, await open(path, 'r+'))
  }

  close(): Promise<void> {
    return this.file.close()
  }

  /** Rows `top` to `top + rows` as planes; grey is given three times. */
  async readRows(top: number, rows: number): Promise<Planes> {
    const { width, channels, depth } = this.shape
    const samples = await this.samples(top, rows)
    const scale = 1 / maximum(depth)
    const area = width * rows
    const planes: Planes = new Float32Array(3 * area)
    const [red, green, blue] = colourOffsets(channels)
    for (let pixel = 0, at = 0; pixel < area; pixel++, at += channels) {
      planes[pixel] = samples[at + red]! * scale
      planes[pixel + area] = samples[at + green]! * scale
      planes[pixel + 2 * area] = samples[at + blue]! * scale
    }
    return planes
  }

  /** Replace the colour of rows `top` to `top + rows`, clipped and rounded to the file's depth; alpha is kept. */
  async writeRows(top: number, rows: number, planes: Planes): Promise<void> {
    const { width, channels, depth } = this.shape
    const samples = await this.samples(top, rows)
    const most = maximum(depth)
    const area = width * rows
    // A typed array of 8 or 16 bits truncates, so half a step is added first.
    const quantise = (value: number) => Math.min(Math.max(value, 0), 1) * most + 0.5
    if (channels < 3) {
      for (let pixel = 0, at = 0; pixel < area; pixel++, at += channels) {
        samples[at] = quantise((planes[pixel]! + planes[pixel + area]! + planes[pixel + 2 * area]!) / 3)
      }
    } else {
      for (let pixel = 0, at = 0; pixel < area; pixel++, at += channels) {
        samples[at] = quantise(planes[pixel]!)
        samples[at + 1] = quantise(planes[pixel + area]!)
        samples[at + 2] = quantise(planes[pixel + 2 * area]!)
      }
    }
    const bytes = new Uint8Array(samples.buffer)
    await this.file.write(bytes, 0, bytes.length, headerBytes + top * this.rowBytes)
  }

  private get rowBytes(): number {
    return this.shape.width * this.shape.channels * (this.shape.depth / 8)
  }

  private async samples(top: number, rows: number): Promise<Uint8Array | Uint16Array> {
    const bytes = new Uint8Array(rows * this.rowBytes)
    const { bytesRead } = await this.file.read(bytes, 0, bytes.length, headerBytes + top * this.rowBytes)
    if (bytesRead !== bytes.length) throw new RangeError(`rows ${top} to ${top + rows} are not in the raster`)
    return this.shape.depth === 8 ? bytes : new Uint16Array(bytes.buffer)
  }
}

function maximum(depth: 8 | 16): number {
  return depth === 8 ? 255 : 65535
}

function colourOffsets(channels: number): readonly [number, number, number] {
  return channels < 3 ? [0, 0, 0] : [0, 1, 2]
}
