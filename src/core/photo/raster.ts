import { type FileHandle, open } from 'node:fs/promises'

/** Rows of a picture as the network reads them: three planes (R, G, B) of `width * rows` values, 0..1. */
export type Planes = Float32Array<ArrayBuffer>

export interface RasterShape {
  width: number
  height: number
  /** Samples a pixel as stored: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; what comes after is kept too. */
  channels: number
  /** Bits a sample, 8 or 16. */
  depth: 8 | 16
}

/** A file in libvips' own format starts with a header of this size; then come the pixels, row by row, then metadata. */
export const headerBytes = 64
/** Where the header holds what, as 32-bit integers; and its codes of the sample formats. */
export const header = { width: 4, height: 8, channels: 12, bits: 16, format: 20, model: 28 } as const
const depths = new Map<number, 8 | 16>([
  [0, 8],
  [2, 16],
])

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

  /** Open a file that sharp wrote on this machine, with samples of 8 or 16 bits. */
  static async open(path: string): Promise<Raster> {
    const file = await open(path, 'r+')
    try {
      return new Raster(path, await readShape(file), file)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  close(): Promise<void> {
    return this.file.close()
  }

  /** Rows from `top` to before `top + rows` as planes; grey is given three times. */
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

  /**
   * Replace the colour of rows from `top` to before `top + rows` by the first rows of planes, which may hold more, clipped
   * to 0..1 and rounded to the file's depth; grey becomes the mean of the planes, alpha is kept.
   */
  async writeRows(top: number, rows: number, planes: Planes): Promise<void> {
    const { width, channels, depth } = this.shape
    const samples = await this.samples(top, rows)
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
    const bytes = new Uint8Array(samples.buffer)
    const { bytesWritten } = await this.file.write(bytes, 0, bytes.length, headerBytes + top * this.rowBytes)
    if (bytesWritten !== bytes.length) throw new Error('The scratch file could not be written.')
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

async function readShape(file: FileHandle): Promise<RasterShape> {
  const bytes = new DataView(new ArrayBuffer(headerBytes))
  await file.read(bytes, 0, headerBytes, 0)
  // The first four bytes tell the byte order in which the rest was written.
  const littleEndian = bytes.getUint32(0) === 0xb6a6f208
  const field = (at: number) => bytes.getInt32(at, littleEndian)
  const depth = depths.get(field(header.format))
  if (depth === undefined) throw new RangeError('a raster must have samples of 8 or 16 bits')
  return {
    width: field(header.width),
    height: field(header.height),
    channels: field(header.channels),
    depth,
  }
}

function maximum(depth: 8 | 16): number {
  return depth === 8 ? 255 : 65535
}

function colourOffsets(channels: number): readonly [number, number, number] {
  return channels < 3 ? [0, 0, 0] : [0, 1, 2]
}
